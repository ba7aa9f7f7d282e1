import { saySizes } from "../../scaling/sizes";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const scheduleInOrder = resourceRule(
  {
    name: "schedule-in-order",
    description: "A scheduled action whose sizes are out of order is refused, or has no effect when it runs",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html",
    remediationSteps: "Choose minSize ≤ desiredCapacity ≤ maxSize, and -1 for sizes that the action does not change.",
  },
  [TYPE.schedule],
  saySizes,
);
