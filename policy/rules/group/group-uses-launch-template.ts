import { isAbsent } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** The library still creates launch configurations on request, so this rule is advisory. */
export const groupUsesLaunchTemplate = resourceRule(
  {
    name: "group-uses-launch-template",
    description: "Launch configurations have no versions to roll back to, and new accounts cannot create them",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html",
    remediationSteps: "Use a launch template: leave out 'launch', or set it to 'template'.",
    checkov: ["CKV_AWS_315"],
  },
  [TYPE.group],
  (group, say) => {
    if (isAbsent(group.props, "launchConfiguration")) return;
    say(group, "uses a launch configuration", "use a launch template");
  },
);
