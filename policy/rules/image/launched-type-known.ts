import type { PolicyResource } from "@pulumi/policy";
import type { Graph } from "../../graph";
import { launchedOf } from "../../image/launched";
import { isAbsent, read, text } from "../../known";
import { stackRule } from "../../rule";
import { LAUNCHERS, TYPE } from "../../types";

/** A type that only the update tells is compared by nobody; this rule says so. */
export const launchedTypeKnown = stackRule(
  {
    name: "launched-type-known",
    description: "An instance type that nobody knows before the update was not compared with the bake's",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/",
    remediationSteps:
      "State the type as plain text or configuration, not as another resource's output; review the stack that holds the " +
      "launch template together with the group.",
  },
  [TYPE.group, ...LAUNCHERS],
  (graph, say) => {
    for (const { instanceType, statedBy } of launchedOf(graph)) {
      if (instanceType !== undefined) continue;
      say(statedBy, "runs an instance type that is not known before the update", "state it as plain text");
    }
    for (const group of graph.ofType(TYPE.group)) {
      const template = foreignTemplate(group, graph);
      if (template === undefined) continue;
      const found = `launches from ${template}, which is not in this stack; nobody compared what it runs with its image's bake`;
      say(group, found, "review it in the stack that has it");
    }
  },
);

const SPECIFICATIONS = [["launchTemplate"], ["mixedInstancesPolicy", "launchTemplate", "launchTemplateSpecification"]];

function foreignTemplate(group: PolicyResource, graph: Graph): string | undefined {
  for (const path of SPECIFICATIONS) {
    const [property] = path as [string];
    if (isAbsent(group.props, ...path) || graph.sources(group, property, TYPE.launchTemplate).length > 0) continue;
    const specification = read(group.props, ...path);
    const called = ["id", "name", "launchTemplateId", "launchTemplateName"].map((key) => text(specification, key));
    const name = called.find((one) => one !== undefined);
    return name === undefined ? "a template" : `the template '${name}'`;
  }
  return undefined;
}
