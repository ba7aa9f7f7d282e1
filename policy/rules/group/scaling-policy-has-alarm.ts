import { alarmsOf, needsAlarm } from "../../scaling/direction";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

export const scalingPolicyHasAlarm = stackRule(
  {
    name: "scaling-policy-has-alarm",
    description: "A simple or step policy without an alarm runs only when somebody executes it",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html",
    remediationSteps: "Put the policy's ARN into the alarmActions of a CloudWatch alarm.",
  },
  [TYPE.scalingPolicy],
  (graph, say) => {
    for (const policy of graph.ofType(TYPE.scalingPolicy)) {
      say.ifUnknown(policy, "policyType");
      if (!needsAlarm(policy)) continue;
      if (alarmsOf(policy, graph).length > 0) continue;
      say(policy, "is run by no alarm", "put its ARN into the alarmActions of a MetricAlarm");
    }
  },
);
