import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import type { Report, ValidationIssue } from "../validation/issues";
import { type PredefinedMetric, predefinedIssues, type TrackedGroup } from "./target-tracking";

/**
 * Adds instances ahead of the load that AWS forecasts, day by day and week by week, from what CloudWatch has kept of the metric. It removes none:
 * a target or a rule of `scaling.in` does. For metrics other than AWS's own, declare the policy yourself, with the group's `autoScalingGroupName`.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html
 */
export interface PredictiveScaling {
  /** What is forecast: the sum for the group, and how much of it each instance takes. @default CPU utilization */
  readonly metric?: PredefinedMetric;
  /** Average of each instance that the forecast size is worked out for, in the metric's unit. */
  readonly target: number;
  /**
   * `ForecastOnly` shows in the console what it would do and does nothing, `ForecastAndScale` does it.
   *
   * @default "ForecastOnly"
   */
  readonly mode?: "ForecastOnly" | "ForecastAndScale";
  /** Seconds by which instances are launched ahead of the hour that needs them, less than 3600; a first Chef run fits in. @default 300 */
  readonly schedulingBufferSeconds?: number;
  /**
   * Percent above the forecast up to which AWS may raise the group's maximum, 0 to 100. It stays raised until an update sees the difference
   * (`pulumi up --refresh`).
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
