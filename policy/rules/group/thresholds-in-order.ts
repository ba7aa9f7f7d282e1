import type { PolicyResource } from "@pulumi/policy";
import { alarmsOf, type Direction, directionsOf, policiesByGroup } from "../../scaling/direction";
import type { Graph } from "../../stack/graph";
import { entries, hasUnknown, isUnknown, number, read, text } from "../../stack/known";
import { stackRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** Only alarms of one metric are compared: two different metrics have no order. */
export const thresholdsInOrder = stackRule(
  {
    name: "thresholds-in-order",
    description: "A group whose scale-in threshold reaches its scale-out threshold swings for ever",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html",
    remediationSteps: "Keep the scale-in threshold below the scale-out threshold, with room between them.",
  },
  [TYPE.scalingPolicy],
  (graph, say) => {
    for (const policies of policiesByGroup(graph).values()) {
      for (const policy of policies) if (hasUnknownStep(policy)) say.cannotKnow(policy, "its adjustments");
      const outs = alarmsThatScale("out", policies, graph);
      for (const scaleIn of alarmsThatScale("in", policies, graph)) {
        const threshold = number(scaleIn.props, "threshold");
        for (const alarm of outs.length > 0 ? [scaleIn, ...outs] : []) {
          for (const key of WANTED) if (hasUnknown(read(alarm.props, key))) say.cannotKnow(alarm, key);
        }
        const metric = metricOf(scaleIn);
        for (const scaleOut of outs.filter((alarm) => metric !== undefined && metricOf(alarm) === metric)) {
          const upper = number(scaleOut.props, "threshold");
          if (threshold === undefined || upper === undefined || risesWithLoad(scaleOut, scaleIn, threshold, upper))
            continue;
          const found = `scales in at ${threshold}, and '${scaleOut.name}' scales out at ${upper}`;
          say(scaleIn, found, `set the scale-in threshold below ${upper}`);
        }
      }
    }
  },
);

const WANTED = [
  ...["threshold", "comparisonOperator", "metricName", "namespace", "statistic", "extendedStatistic", "dimensions"],
];

function hasUnknownStep({ props }: PolicyResource): boolean {
  return isUnknown(props, "scalingAdjustment") || hasUnknown(read(props, "stepAdjustments"));
}

/** A policy that scales both ways has a rule of its own. */
function alarmsThatScale(direction: Direction, policies: readonly PolicyResource[], graph: Graph): PolicyResource[] {
  return policies
    .filter((policy) => directionsOf(policy).join() === direction)
    .flatMap((policy) => alarmsOf(policy, graph));
}

/** What an alarm looks at; undefined where it is computed from several metrics. */
function metricOf({ props, propertyDependencies }: PolicyResource): string | undefined {
  if (text(props, "metricName") === undefined) return undefined;
  const named = ["namespace", "metricName", "statistic", "extendedStatistic"].map((key) => text(props, key));
  // Unknown ones are the same where they come from the same resources.
  const sources = (propertyDependencies.dimensions ?? []).map(({ urn }) => urn).sort();
  const dimensions = entries(props, "dimensions").map(([name, value]) => {
    return `${name}=${typeof value === "string" ? value : sources}`;
  });
  return [...named, ...dimensions.sort()].join(" ");
}

/** A metric that falls with load has its alarms the other way round. */
function risesWithLoad(scaleOut: PolicyResource, scaleIn: PolicyResource, lower: number, upper: number): boolean {
  const [out, within] = [scaleOut, scaleIn].map(({ props }) => text(props, "comparisonOperator") ?? "");
  const isInverse = out?.startsWith("Less") && within?.startsWith("Greater");
  return isInverse ? lower > upper : lower < upper;
}
