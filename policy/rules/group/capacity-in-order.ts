import { number } from "../../known";
import { resourceRule } from "../../rule";
import { TYPE } from "../../types";

export const capacityInOrder = resourceRule(
  {
    name: "capacity-in-order",
    description: "A group's sizes must be in order, or AWS refuses it in the middle of an update",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html",
    remediationSteps: "Choose minSize ≤ desiredCapacity ≤ maxSize, or leave desiredCapacity to scaling.",
  },
  [TYPE.group],
  (group, say) => {
    const [min, max, desired] = ["minSize", "maxSize", "desiredCapacity"].map((key) => number(group.props, key));
    if (min !== undefined && max !== undefined && min > max) {
      say(group, `has minSize ${min} above maxSize ${max}`, "lower minSize or raise maxSize");
    }
    if (desired === undefined) return;
    const isOutside = (min !== undefined && desired < min) || (max !== undefined && desired > max);
    if (isOutside) {
      say(group, `has desiredCapacity ${desired} outside ${min} to ${max}`, "leave it out, or choose one between");
    }
  },
);
