import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";
import type { Report, ValidationIssue } from "../validation/issues";
import { mathIssues, queriedMetrics, resultOf } from "./metric-math";
import { type MetricMath, SCALING_DEFAULTS, type ScalingMetric } from "./scaling-rule";

/** A metric that AWS provides for target tracking. */
export type PredefinedMetric =
  | {
      /** The metric: one that AWS provides for the group, requests per instance behind a load balancer, or a custom metric. */
      readonly kind: "cpu" | "networkIn" | "networkOut";
    }
  | {
      readonly kind: "requestsPerInstance";
      /**
       * `app/<load balancer>/<id>/targetgroup/<target group>/<id>`.
       *
       * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html
       */
      readonly resourceLabel: pulumi.Input<string>;
    };

/** A custom metric; it must fall when the group grows. */
export interface CustomMetric extends ScalingMetric {
  readonly kind: "custom";
  /** CloudWatch statistic. @default "Average" */
  readonly statistic?: "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount";
}

/** A value that is calculated from several metrics; it must fall when the group grows. */
export interface MathTarget extends MetricMath {
  readonly kind: "math";
}

/**
 * Keeps a metric at a target value (target tracking). AWS creates and owns the alarms.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export interface TargetTracking {
  /** The metric. @default CPU utilization of the group, in percent */
  readonly metric?: PredefinedMetric | CustomMetric | MathTarget;
  /** Target value of the metric, in the metric's unit. */
  readonly target: number;
  /** Seconds until a new instance counts as warmed up. @default the group's default warm-up, or 300 */
  readonly warmupSeconds?: number;
  /** Whether the policy only adds instances; something else must remove them. @default false */
  readonly disableScaleIn?: boolean;
  /** Whether the policy scales; with `false`, AWS keeps it for later. @default true */
  readonly enabled?: boolean;
}

const PREDEFINED = {
  cpu: "ASGAverageCPUUtilization",
  networkIn: "ASGAverageNetworkIn",
  networkOut: "ASGAverageNetworkOut",
  requestsPerInstance: "ALBRequestCountPerTarget",
} as const;

export interface TrackedGroup {
  readonly autoScalingGroupName: pulumi.Input<string>;
  readonly groupWarmupSeconds?: number;
  readonly passedOn?: PassedOn<"scalingPolicy">;
}

export function createTargetTracking(
  name: string,
  tracking: TargetTracking,
  { autoScalingGroupName, groupWarmupSeconds = SCALING_DEFAULTS.warmupSeconds, passedOn }: TrackedGroup,
  parent: pulumi.Resource,
): aws.autoscaling.Policy {
  return merge(
    "scalingPolicy",
    {
      autoscalingGroupName: autoScalingGroupName,
      policyType: "TargetTrackingScaling",
      enabled: tracking.enabled,
      // Left out, the provider sets it to 0 at the policy's first change (terraform-provider-aws#32947)
      estimatedInstanceWarmup: tracking.warmupSeconds ?? groupWarmupSeconds,
      targetTrackingConfiguration: {
        targetValue: tracking.target,
        disableScaleIn: tracking.disableScaleIn ?? false,
        ...specification(tracking.metric ?? { kind: "cpu" }, autoScalingGroupName),
      },
    },
    passedOn,
    (merged) => new aws.autoscaling.Policy(name, merged, { parent }),
  );
}

function specification(
  metric: NonNullable<TargetTracking["metric"]>,
  autoScalingGroupName: pulumi.Input<string>,
): Partial<aws.types.input.autoscaling.PolicyTargetTrackingConfiguration> {
  if (metric.kind === "math") {
    const queries = queriedMetrics(metric, autoScalingGroupName).map(({ id, namespace, metricName, ...queried }) => {
      const measured = { namespace, metricName, dimensions: namesAndValues(queried.dimensions) };
      return { id, metricStat: { metric: measured, stat: queried.stat }, returnData: false };
    });
    return { customizedMetricSpecification: { metrics: [...queries, resultOf(metric)] } };
  }
  if (metric.kind !== "custom") {
    const resourceLabel = metric.kind === "requestsPerInstance" ? metric.resourceLabel : undefined;
    return { predefinedMetricSpecification: { predefinedMetricType: PREDEFINED[metric.kind], resourceLabel } };
  }
  const dimensions: Record<string, pulumi.Input<string>> = metric.dimensions ?? {
    AutoScalingGroupName: autoScalingGroupName,
  };
  return {
    customizedMetricSpecification: {
      namespace: metric.namespace,
      metricName: metric.metricName,
      statistic: metric.statistic ?? "Average",
      metricDimensions: namesAndValues(dimensions),
    },
  };
}

function namesAndValues(dimensions: Readonly<Record<string, pulumi.Input<string>>>) {
  return Object.entries(dimensions).map(([name, value]) => ({ name, value }));
}

export function targetIssues({ target, metric }: TargetTracking, report: Report): ValidationIssue[] {
  const below: Report = (property, ...rest) => report(`metric.${property}`, ...rest);
  return [...predefinedIssues(target, metric, report), ...(metric?.kind === "math" ? mathIssues(metric, below) : [])];
}

/** Mistakes in a target, and in the settings of its metric. */
export function predefinedIssues(target: number, metric: TargetTracking["metric"], report: Report): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (target <= 0) {
    wrong.push(report("target", target, "a value above 0 in the metric's unit", "for CPU, 50 is a good start"));
  }
  return [...wrong, ...metricIssues(metric, report)];
}

/** Settings that each kind of metric needs; any others would be ignored. */
const SETTINGS_OF: Readonly<Record<string, readonly string[]>> = {
  requestsPerInstance: ["resourceLabel"],
  custom: ["namespace", "metricName"],
  math: ["expression", "metrics"],
};
const OPTIONAL_OF: Readonly<Record<string, readonly string[]>> = { custom: ["dimensions", "statistic"] };

function metricIssues(metric: TargetTracking["metric"], report: Report): ValidationIssue[] {
  if (metric === undefined) return [];
  const { kind, ...settings } = metric as { readonly kind: string } & Readonly<Record<string, unknown>>;
  const [needed, optional] = [SETTINGS_OF[kind] ?? [], OPTIONAL_OF[kind] ?? []];
  const given = Object.keys(settings).filter((name) => settings[name] !== undefined);
  const missing = needed.filter((name) => !given.includes(name));
  const ignored = given.filter((name) => !needed.includes(name) && !optional.includes(name));
  return [
    ...missing.map((name) => report(`metric.${name}`, undefined, `a value with kind '${kind}'`, "give it")),
    ...ignored.map((name) => report(`metric.${name}`, settings[name], `nothing with kind '${kind}'`, "leave it out")),
  ];
}
