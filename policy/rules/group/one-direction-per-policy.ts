import { directionsOf } from "../../scaling/direction";
import { hasUnknown, read } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const oneDirectionPerPolicy = resourceRule(
  {
    name: "one-direction-per-policy",
    description: "Steps of both signs in one policy are taken from the wrong side of the threshold",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html",
    remediationSteps: "Make two policies, one that adds and one that removes, each with its own alarm.",
  },
  [TYPE.scalingPolicy],
  (policy, say) => {
    if (hasUnknown(read(policy.props, "stepAdjustments"))) say.cannotKnow(policy, "stepAdjustments");
    say.ifUnknown(policy, "scalingAdjustment");
    if (directionsOf(policy).length < 2) return;
    say(policy, "has steps that add and steps that remove instances", "split it into two policies");
  },
);
