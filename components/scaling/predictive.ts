import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import type { Report, ValidationIssue } from "../validation/issues";
import { type PredefinedMetric, predefinedIssues, type TrackedGroup } from "./target-tracking";

/**
 * Adds instances ahead of the load that AWS forecasts, by day and by week, from the metric's history in CloudWatch. It does not remove
 * instances: use a target or a rule of `scaling.in` for that. For metrics other than AWS's own, declare the policy yourself, with the
 * group's `autoScalingGroupName`.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html
 */
export interface PredictiveScaling {
  /** Metric that is forecast: its sum for the group, and its average per instance. @default CPU utilization */
  readonly metric?: PredefinedMetric;
  /** Average per instance for which the capacity is calculated, in the metric's unit. */
  readonly target: number;
  /**
   * `ForecastOnly` only shows the forecast in the console; `ForecastAndScale` also scales.
   *
   * @default "ForecastOnly"
   */
  readonly mode?: "ForecastOnly" | "ForecastAndScale";
  /** How many seconds before the hour that needs them instances are launched, less than 3600; allow for the first Chef run. @default 300 */
  readonly schedulingBufferSeconds?: number;
  /**
   * Percentage above the forecast up to which AWS may raise the group's maximum, 0 to 100. The maximum stays raised until an update detects
   * the difference (`pulumi up --refresh`).
   *
   * @default the maximum is kept
   */
  readonly maxCapacityBufferPercent?: number;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredictiveScalingPredefinedMetricPair.html */
const PAIRS = {
  cpu: "ASGCPUUtilization",
  networkIn: "ASGNetworkIn",
  networkOut: "ASGNetworkOut",
  requestsPerInstance: "ALBRequestCount",
} as const;

export function createPredictiveScaling(
  name: string,
  predictive: PredictiveScaling,
  { autoScalingGroupName, passedOn }: TrackedGroup,
  parent: pulumi.Resource,
): aws.autoscaling.Policy {
  const { metric = { kind: "cpu" }, mode = "ForecastOnly", target, maxCapacityBufferPercent: buffer } = predictive;
  const resourceLabel = metric.kind === "requestsPerInstance" ? metric.resourceLabel : undefined;
  return merge(
    "scalingPolicy",
    {
      autoscalingGroupName: autoScalingGroupName,
      policyType: "PredictiveScaling",
      predictiveScalingConfiguration: {
        mode,
        schedulingBufferTime: predictive.schedulingBufferSeconds?.toString(),
        maxCapacityBreachBehavior: buffer === undefined ? "HonorMaxCapacity" : "IncreaseMaxCapacity",
        maxCapacityBuffer: buffer?.toString(),
        metricSpecification: {
          targetValue: target,
          predefinedMetricPairSpecification: { predefinedMetricType: PAIRS[metric.kind], resourceLabel },
        },
      },
    },
    passedOn,
    (merged) => new aws.autoscaling.Policy(name, merged, { parent }),
  );
}

export function predictiveIssues({ target, metric }: PredictiveScaling, report: Report): ValidationIssue[] {
  return predefinedIssues(target, metric, report);
}
