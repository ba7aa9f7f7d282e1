import { number } from "../../known";
import { resourceRule, type Subject } from "../../rule";
import { TYPE } from "../../types";

export const capacityInOrder = resourceRule(
  {
    name: "capacity-in-order",
    description: "Sizes of a group or a schedule must be in order, or AWS refuses it in the middle of an update",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html",
    remediationSteps: "Choose minSize ≤ desiredCapacity ≤ maxSize, or leave desiredCapacity to scaling.",
  },
  [TYPE.group, TYPE.schedule],
  (group, say) => {
    const [min, max, desired] = ["minSize", "maxSize", "desiredCapacity"].map((key) => stated(group, key));
    if (min !== undefined && max !== undefined && min > max) {
      say(group, `has minSize ${min} above maxSize ${max}`, "lower minSize or raise maxSize");
    }
    if (desired === undefined) return;
    const isOutside = (min !== undefined && desired < min) || (max !== undefined && desired > max);
    if (isOutside) {
      const bounds = `${min ?? "any"} to ${max ?? "any"}`;
      say(group, `has desiredCapacity ${desired} outside ${bounds}`, "leave it out, or choose one between");
    }
  },
);

/** A schedule's -1 leaves the group's own. */
function stated({ props }: Subject, key: string): number | undefined {
  const size = number(props, key);
  return size === -1 ? undefined : size;
}
