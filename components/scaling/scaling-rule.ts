import type * as pulumi from "@pulumi/pulumi";

/** The CloudWatch metric of an alarm or a target. */
export interface ScalingMetric {
  /** CloudWatch namespace, such as `AWS/EC2`. */
  readonly namespace: string;
  /** Name of the metric in the namespace. */
  readonly metricName: string;
  /** Dimensions of the metric. @default the group's own dimension, `AutoScalingGroupName` */
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** One metric of an expression. */
export interface MathMetric extends ScalingMetric {
  /** CloudWatch statistic. @default "Average" */
  readonly statistic?: Statistic;
}

/**
 * A value that is calculated from several metrics, such as the backlog per instance.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export interface MetricMath {
  /** Metric math expression over the ids of `metrics`, such as `backlog / instances`. */
  readonly expression: string;
  /** The metrics of the expression by their ids, which consist of letters, digits and underscores and start with a lowercase letter. */
  readonly metrics: Readonly<Record<string, MathMetric>>;
}

/** How the samples of one period are combined. Percentiles (`p95`, `p99.9`) need a metric that supports them. */
export type Statistic = "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount" | `p${number}`;

/** When a rule runs. */
export interface AlarmSettings {
  /**
   * Value of the metric at which the alarm fires: at or above it for scale-out, at or below it for scale-in. @default 70 and 30 (percent)
   */
  readonly threshold?: number;
  /**
   * Length of one evaluation period in seconds: 10, 20, 30 or a multiple of 60. Metrics of the AWS namespaces need at least 60. @default 60
   */
  readonly periodSeconds?: number;
  /** Number of periods that the alarm evaluates. @default 2 for scale-out, 5 for scale-in */
  readonly evaluationPeriods?: number;
  /** Number of these periods that must breach the threshold. @default evaluationPeriods */
  readonly datapointsToAlarm?: number;
  /** CloudWatch statistic of a single metric; the metrics of an expression have their own. @default "Average" */
  readonly statistic?: Statistic;
  /** How a period without data is treated. @default "missing" */
  readonly treatMissingData?: "missing" | "ignore" | "breaching" | "notBreaching";
  /** The alarm's metric: a single metric, or `expression` and `metrics`. @default CPU utilization of the group */
  readonly metric?: ScalingMetric | MetricMath;
  /** Whether the rule scales. With `false`, the alarm still shows its state, and AWS keeps the policy for later. @default true */
  readonly enabled?: boolean;
}

/**
 * How many instances are added or removed. For a percentage of the group, AWS rounds towards zero, but never to less than
 * `minimumInstances`.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html#as-scaling-adjustment
 */
export type Amount =
  | {
      /** Unit of `adjustment`. @default "instances" */
      readonly unit?: "instances";
      readonly minimumInstances?: never;
    }
  | {
      readonly unit: "percent";
      /** Minimum number of instances that a percentage amounts to. @default 1 */
      readonly minimumInstances?: number;
    };

/**
 * One step: how to scale while the metric is between two distances from the threshold. Distances grow away from zero in the direction of
 * the rule: positive and rising for scale-out, negative and falling for scale-in.
 */
export interface ScalingStep {
  /** Distance from the threshold at which the step begins; 0 is the threshold itself. The next step's `from` ends this one. */
  readonly from: number;
  /** Instances (or percent) to add or remove. */
  readonly adjustment: number;
}

/** The same adjustment every time the alarm fires. */
export interface OneAdjustment {
  /** Instances to add (positive, scale-out) or remove (negative, scale-in). @default +1 for scale-out, -1 for scale-in */
  readonly adjustment?: number;
  readonly steps?: never;
}

/** An adjustment that grows with the breach. */
export interface ManySteps {
  /** Steps in the order of their distance from the threshold, the first one from 0; at most 40. Excludes `adjustment`. */
  readonly steps: readonly ScalingStep[];
  readonly adjustment?: never;
}

/** `simple`: scales once, then waits for its cooldown. */
export interface SimplePolicy {
  /** `step` takes instances that are warming up into account and can scale again at once; `simple` waits for its cooldown. */
  readonly kind: "simple";
  /** For `simple`: seconds after a scaling activity in which no other starts. @default 300 */
  readonly cooldownSeconds?: number;
}

/** `step`: can scale again while a new instance warms up, and takes that instance into account. */
export interface StepOutPolicy {
  readonly kind: "step";
  /** For scale-out with `step`: seconds until a new instance counts in the group's metrics. @default the group's default warm-up, or 300 */
  readonly warmupSeconds?: number;
}

export interface StepInPolicy {
  readonly kind: "step";
  /** Not available: removing an instance starts no new one that would have to warm up. */
  readonly warmupSeconds?: never;
}

/** What happens when the alarm fires, by the kind of policy. */
export type Reaction<Step> =
  | (OneAdjustment & {
      /** Kind of the scaling policy. @default step */
      readonly policy: SimplePolicy;
    })
  // Step by default
  | ((OneAdjustment | ManySteps) & { readonly policy?: Step });

/**
 * Adds instances. Options that AWS ignores for a kind of policy are not part of its type.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 */
export type ScaleOutRule = AlarmSettings & Amount & Reaction<StepOutPolicy>;

/** Removes instances. */
export type ScaleInRule = AlarmSettings & Amount & Reaction<StepInPolicy>;

/** One scaling rule: an alarm and the policy that it runs. */
export type ScalingRule = ScaleOutRule | ScaleInRule;

/** One of several rules. */
export type NamedRule<Rule> = Rule & {
  /**
   * Name of the rule among those of its direction, also used in the names of its resources: `<group>-scale-out-<name>`. One rule of each
   * direction may have no name. So if you add a second rule, the resources of the first one do not change.
   *
   * @default none
   */
  readonly name?: string;
};

/** Whether instances are added or removed. */
export type ScalingDirection = "out" | "in";

/** Defaults of a rule. */
export const SCALING_DEFAULTS = {
  out: { threshold: 70, periodSeconds: 60, evaluationPeriods: 2, adjustment: 1 },
  in: { threshold: 30, periodSeconds: 60, evaluationPeriods: 5, adjustment: -1 },
  warmupSeconds: 300,
  cooldownSeconds: 300,
} as const;

/** Default metric of a rule. */
export const CPU_UTILISATION: ScalingMetric = { namespace: "AWS/EC2", metricName: "CPUUtilization" };

/** The steps of a rule; a rule without steps has a single one for its whole range. */
export function stepsOf(direction: ScalingDirection, rule: ScalingRule): readonly ScalingStep[] {
  return rule.steps ?? [{ from: 0, adjustment: rule.adjustment ?? SCALING_DEFAULTS[direction].adjustment }];
}
