import { directionsOf, needsAlarm, policiesByGroup } from "../../scaling/direction";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** One-sided scaling can be intended, with something else that scales in, so this rule is advisory. */
export const scaleOutHasScaleIn = stackRule(
  {
    name: "scale-out-has-scale-in",
    description: "A group that only scales out stays at its maximum, at its full cost",
    severity: "medium",
    enforcementLevel: "advisory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html",
    remediationSteps: "Give the group a scale-in policy with its own alarm in addition to the scale-out policy.",
  },
  [TYPE.scalingPolicy],
  (graph, say) => {
    for (const policies of policiesByGroup(graph).values()) {
      if (!policies.every(needsAlarm)) continue;
      const directions = new Set(policies.flatMap(directionsOf));
      const [only, ...others] = directions;
      const first = policies[0];
      if (only === undefined || others.length > 0 || first === undefined) continue;
      const missing = only === "out" ? "in" : "out";
      say(
        first,
        `scales ${only}, but nothing scales its group ${missing}`,
        `add a scale-${missing} policy and its alarm`,
      );
    }
  },
);
