import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Which CloudWatch metric drives an alarm. */
export interface ScalingMetric {
  /** @default "AWS/EC2" */
  readonly namespace: string;
  /** @default "CPUUtilization" */
  readonly metricName: string;
  /** @default the group's own dimension, `AutoScalingGroupName` */
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** One direction of scaling: an alarm and the policy that it runs. */
export interface ScalingRule {
  /** Value of the metric at which the alarm fires: at or above it for scale-out, at or below for scale-in. @default 70 and 30 (percent) */
  readonly threshold?: number;
  /** Seconds of one evaluation period: 10, 20, 30 or a multiple of 60. Metrics of the AWS namespaces have at least 60. @default 60 */
  readonly periodSeconds?: number;
  /** Periods that the alarm looks at. @default 2 for scale-out, 5 for scale-in */
  readonly evaluationPeriods?: number;
  /** Periods of those that must breach. @default evaluationPeriods */
  readonly datapointsToAlarm?: number;
  /** Instances added (positive, scale-out) or removed (negative, scale-in). @default +1 for scale-out, -1 for scale-in */
  readonly adjustment?: number;
  /**
   * `step`: reacts again while a new instance warms up, counting it in. `simple`: waits for its cooldown.
   * @default { kind: "step", warmupSeconds: 300 }
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
   */
  readonly policy?:
    | { readonly kind: "step"; readonly warmupSeconds?: number }
    | { readonly kind: "simple"; readonly cooldownSeconds?: number };
  /** CloudWatch statistic. @default "Average" */
  readonly statistic?: "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount";
  /** What a period without data counts as. @default "missing" */
  readonly treatMissingData?: "missing" | "ignore" | "breaching" | "notBreaching";
  /** @default CPU utilisation of the group */
  readonly metric?: ScalingMetric;
}

export type ScalingDirection = "out" | "in";

export interface AlarmedPolicyArgs {
  readonly direction: ScalingDirection;
  readonly rule: ScalingRule;
  readonly autoScalingGroupName: pulumi.Input<string>;
}

/** What a rule means where it is silent. */
export const SCALING_DEFAULTS = {
  out: { threshold: 70, periodSeconds: 60, evaluationPeriods: 2, adjustment: 1 },
  in: { threshold: 30, periodSeconds: 60, evaluationPeriods: 5, adjustment: -1 },
  warmupSeconds: 300,
  cooldownSeconds: 300,
} as const;

/** A scaling policy and the alarm that runs it, from one rule, so that neither exists without the other. */
export class AlarmedPolicy extends pulumi.ComponentResource {
  readonly policyArn: pulumi.Output<string>;
  readonly alarmArn: pulumi.Output<string>;
  readonly alarmName: pulumi.Output<string>;

  constructor(name: string, args: AlarmedPolicyArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:AlarmedPolicy", name, {}, options);
    const policy = this.createPolicy(name, args);
    const alarm = this.createAlarm(name, args, policy);
    this.policyArn = policy.arn;
    this.alarmArn = alarm.arn;
    this.alarmName = alarm.name;
    this.registerOutputs({ policyArn: this.policyArn, alarmArn: this.alarmArn, alarmName: this.alarmName });
  }

  private createPolicy(
    name: string,
    { direction, rule, autoScalingGroupName }: AlarmedPolicyArgs,
  ): aws.autoscaling.Policy {
    const adjustment = rule.adjustment ?? SCALING_DEFAULTS[direction].adjustment;
    const common = { autoscalingGroupName: autoScalingGroupName, adjustmentType: "ChangeInCapacity" };
    const policy = rule.policy ?? { kind: "step" };
    if (policy.kind === "simple") {
      const cooldown = policy.cooldownSeconds ?? SCALING_DEFAULTS.cooldownSeconds;
      const simple = { ...common, policyType: "SimpleScaling", scalingAdjustment: adjustment, cooldown };
      return new aws.autoscaling.Policy(`${name}-policy`, simple, { parent: this });
    }
    const bound = direction === "out" ? { metricIntervalLowerBound: "0" } : { metricIntervalUpperBound: "0" };
    const step = {
      ...common,
      policyType: "StepScaling",
      metricAggregationType: "Average",
      // A warm-up delays the counting of new instances; removing one brings none.
      estimatedInstanceWarmup:
        direction === "out" ? (policy.warmupSeconds ?? SCALING_DEFAULTS.warmupSeconds) : undefined,
      stepAdjustments: [{ ...bound, scalingAdjustment: adjustment }],
    };
    return new aws.autoscaling.Policy(`${name}-policy`, step, { parent: this });
  }

  private createAlarm(
    name: string,
    args: AlarmedPolicyArgs,
    policy: aws.autoscaling.Policy,
  ): aws.cloudwatch.MetricAlarm {
    const { direction, rule } = args;
    const defaults = SCALING_DEFAULTS[direction];
    return new aws.cloudwatch.MetricAlarm(
      `${name}-alarm`,
      {
        alarmDescription: `Scales ${direction} the group it is named after`,
        namespace: rule.metric?.namespace ?? "AWS/EC2",
        metricName: rule.metric?.metricName ?? "CPUUtilization",
        dimensions: rule.metric?.dimensions ?? { AutoScalingGroupName: args.autoScalingGroupName },
        statistic: rule.statistic ?? "Average",
        period: rule.periodSeconds ?? defaults.periodSeconds,
        evaluationPeriods: rule.evaluationPeriods ?? defaults.evaluationPeriods,
        datapointsToAlarm: rule.datapointsToAlarm,
        threshold: rule.threshold ?? defaults.threshold,
        comparisonOperator: direction === "out" ? "GreaterThanOrEqualToThreshold" : "LessThanOrEqualToThreshold",
        treatMissingData: rule.treatMissingData ?? "missing",
        alarmActions: [policy.arn],
      },
      { parent: this },
    );
  }
}
