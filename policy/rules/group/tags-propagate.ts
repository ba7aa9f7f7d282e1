import { assign, flag, isAbsent, list, text } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const tagsPropagate = resourceRule(
  {
    name: "tags-propagate",
    description: "Without their group's tags, instances cannot be assigned on the bill or found in a search",
    severity: "low",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html",
    remediationSteps: "Give the group tags and set propagateAtLaunch on each.",
    checkov: ["CKV_AWS_153"],
  },
  [TYPE.group],
  (group, say) => {
    if (isAbsent(group.props, "tags")) say(group, "has no tags", "set tags with propagateAtLaunch");
    for (const tag of list(group.props, "tags")) {
      if (flag(tag, "propagateAtLaunch") !== false) continue;
      say(
        group,
        `does not propagate the tag '${text(tag, "key") ?? "?"}' to its instances`,
        "set propagateAtLaunch to true",
      );
    }
  },
  (props) => {
    const kept = list(props, "tags").filter((tag) => flag(tag, "propagateAtLaunch") === false);
    return kept.filter((tag) => assign(tag, { propagateAtLaunch: true })).length > 0;
  },
);
