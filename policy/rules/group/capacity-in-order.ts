import { saySizes } from "../../scaling/sizes";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const capacityInOrder = resourceRule(
  {
    name: "capacity-in-order",
    description: "A group's sizes must be in order, or AWS refuses them in the middle of an update",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html",
    remediationSteps: "Choose minSize ≤ desiredCapacity ≤ maxSize, or leave desiredCapacity to scaling.",
  },
  [TYPE.group],
  saySizes,
);
