import { chefGroups, unclearBoots } from "../../stack/group-members";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** The library's dynamic resource; its type starts with the kind of provider. */
const CLEANUP = ":NodeCleanup";

export const cleanupOnDestroy = stackRule(
  {
    name: "cleanup-on-destroy",
    description:
      "Destroying a Chef-managed group must remove its nodes and clients, or their names stay in use forever",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.chef.io/workstation/knife_client/",
    remediationSteps: "Use ChefAutoScalingGroup, or make the group depend on a NodeCleanup with the same group name.",
  },
  [TYPE.group],
  (graph, say) => {
    for (const { subject, property } of unclearBoots(graph)) say.cannotKnow(subject, property);
    for (const group of chefGroups(graph)) {
      if (group.dependencies.some(({ type }) => type.endsWith(CLEANUP))) continue;
      say(group, "leaves its Chef nodes and clients behind on destroy", "make it depend on a NodeCleanup (dependsOn)");
    }
  },
);
