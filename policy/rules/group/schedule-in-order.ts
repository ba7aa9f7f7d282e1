import { saySizes } from "../../scaling/sizes";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const scheduleInOrder = resourceRule(
  {
    name: "schedule-in-order",
    description: "A schedule whose sizes are out of order is refused, or does nothing when its hour comes",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html",
    remediationSteps: "Choose minSize ≤ desiredCapacity ≤ maxSize, and -1 for what the schedule leaves as it is.",
  },
  [TYPE.schedule],
  saySizes,
);
