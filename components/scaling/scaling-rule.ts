import type * as pulumi from "@pulumi/pulumi";

/** Which CloudWatch metric drives an alarm or a target. */
export interface ScalingMetric {
  /** CloudWatch namespace, as `AWS/EC2`. */
  readonly namespace: string;
  /** Name of the metric in it. */
  readonly metricName: string;
  /** What tells it apart from others of the name. @default the group's own dimension, `AutoScalingGroupName` */
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** One metric of an expression. */
export interface MathMetric extends ScalingMetric {
  /** CloudWatch statistic. @default "Average" */
  readonly statistic?: Statistic;
}

/**
 * A value worked out of several metrics, such as the backlog of each instance.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export interface MetricMath {
  /** Metric math over the ids of `metrics`, as `backlog / instances`. */
  readonly expression: string;
  /** What the expression reads, by the ids that it has there: letters, digits and underscores, a small letter first. */
  readonly metrics: Readonly<Record<string, MathMetric>>;
}

/** What a metric's samples of one period are made to. Percentiles (`p95`, `p99.9`) need a metric that keeps them. */
export type Statistic = "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount" | `p${number}`;

/** When a rule acts. */
export interface AlarmSettings {
  /** Value of the metric at which the alarm fires: at or above it for scale-out, at or below for scale-in. @default 70 and 30 (percent) */
  readonly threshold?: number;
  /** Seconds of one evaluation period: 10, 20, 30 or a multiple of 60. Metrics of the AWS namespaces have at least 60. @default 60 */
  readonly periodSeconds?: number;
  /** Periods that the alarm looks at. @default 2 for scale-out, 5 for scale-in */
  readonly evaluationPeriods?: number;
  /** Periods of those that must breach. @default evaluationPeriods */
  readonly datapointsToAlarm?: number;
  /** CloudWatch statistic of one metric; those of an expression have their own. @default "Average" */
  readonly statistic?: Statistic;
  /** What a period without data counts as. @default "missing" */
  readonly treatMissingData?: "missing" | "ignore" | "breaching" | "notBreaching";
  /** What drives the alarm: one metric, or `expression` and `metrics`. @default CPU utilization of the group */
  readonly metric?: ScalingMetric | MetricMath;
  /** Whether it scales. With `false` the alarm still shows its state, and AWS keeps the policy for later. @default true */
  readonly enabled?: boolean;
}

/**
 * How much it acts. In percent of the group, AWS rounds towards zero but never to less than `minimumInstances`.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html#as-scaling-adjustment
 */
export type Amount =
  | {
      /** What `adjustment` counts. @default "instances" */
      readonly unit?: "instances";
      readonly minimumInstances?: never;
    }
  | {
      readonly unit: "percent";
      /** Least number of instances that a percentage comes to. @default 1 */
      readonly minimumInstances?: number;
    };

/**
 * One step: what to do while the metric is between two distances from the threshold. Distances grow away from zero, in
 * the direction of the rule: positive and rising for scale-out, negative and falling for scale-in.
 */
export interface ScalingStep {
  /** Distance from the threshold at which the step begins; 0 is the threshold itself. The next step's ends this one. */
  readonly from: number;
  /** Instances (or percent) added or removed. */
  readonly adjustment: number;
}

/** One reaction of the same size every time the alarm fires. */
export interface OneAdjustment {
  /** Added (positive, scale-out) or removed (negative, scale-in). @default +1 for scale-out, -1 for scale-in */
  readonly adjustment?: number;
  readonly steps?: never;
}

/** A reaction that grows with the breach. */
export interface ManySteps {
  /** In the order of their distance from the threshold, the first from 0; at most 40. Excludes `adjustment`. */
  readonly steps: readonly ScalingStep[];
  readonly adjustment?: never;
}

/** `simple`: one reaction, then its cooldown is waited for. */
export interface SimplePolicy {
  /** `step` counts instances in that warm up and reacts again; `simple` waits for its cooldown. */
  readonly kind: "simple";
  /** Of `simple`: seconds in which nothing else scales. @default 300 */
  readonly cooldownSeconds?: number;
}

/** `step`: reacts again while a new instance warms up, counting it in. */
export interface StepOutPolicy {
  readonly kind: "step";
  /** Of scale-out with `step`: seconds until a new instance counts into the group's metrics. @default the group's default warm-up, or 300 */
  readonly warmupSeconds?: number;
}

export interface StepInPolicy {
  readonly kind: "step";
  /** None: removing an instance brings none that would have to warm up. */
  readonly warmupSeconds?: never;
}

/** What happens when the alarm fires, by the kind of policy. */
export type Reaction<Step> =
  | (OneAdjustment & {
      /** How it reacts while it has reacted already. @default step */
      readonly policy: SimplePolicy;
    })
  // Step by default
  | ((OneAdjustment | ManySteps) & { readonly policy?: Step });

/**
 * Adds instances. Options that AWS ignores for a kind of policy are no part of that kind's type.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 */
export type ScaleOutRule = AlarmSettings & Amount & Reaction<StepOutPolicy>;

/** Removes instances. */
export type ScaleInRule = AlarmSettings & Amount & Reaction<StepInPolicy>;

/** One direction of scaling: an alarm and the policy that it runs. */
export type ScalingRule = ScaleOutRule | ScaleInRule;

/** One rule of several. */
export type NamedRule<Rule> = Rule & {
  /**
   * Tells the rules of a direction apart, in the names of their resources too: `<group>-scale-out-<name>`. One rule of each direction may go
   * without, as the only one does, so that a second rule leaves the resources of the first as they are.
   *
   * @default none
   */
  readonly name?: string;
};

/** Adds instances, or removes them. */
export type ScalingDirection = "out" | "in";

/** What a rule means where it is silent. */
export const SCALING_DEFAULTS = {
  out: { threshold: 70, periodSeconds: 60, evaluationPeriods: 2, adjustment: 1 },
  in: { threshold: 30, periodSeconds: 60, evaluationPeriods: 5, adjustment: -1 },
  warmupSeconds: 300,
  cooldownSeconds: 300,
} as const;

/** What is measured where a rule says nothing. */
export const CPU_UTILISATION: ScalingMetric = { namespace: "AWS/EC2", metricName: "CPUUtilization" };

/** A rule's steps; a rule without any has one of its whole range. */
export function stepsOf(direction: ScalingDirection, rule: ScalingRule): readonly ScalingStep[] {
  return rule.steps ?? [{ from: 0, adjustment: rule.adjustment ?? SCALING_DEFAULTS[direction].adjustment }];
}
