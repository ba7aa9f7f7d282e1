import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { isMath, queriedMetrics, resultOf } from "./metric-math";
import { CPU_UTILISATION, SCALING_DEFAULTS, type ScalingDirection, type ScalingRule, stepsOf } from "./scaling-rule";
import { alarmedPolicyShape } from "./scaling-shape";

/** One direction of scaling for one group. */
export interface AlarmedPolicyArgs {
  /** Whether it adds or removes instances. */
  readonly direction: ScalingDirection;
  /** When it acts, and how much. */
  readonly rule: ScalingRule;
  /** Name of the group that it scales. */
  readonly autoScalingGroupName: pulumi.Input<string>;
  /** Seconds until a new instance counts where the rule says nothing. @default 300 */
  readonly groupWarmupSeconds?: number;
  /** What more policy and alarm shall have, in the provider's words. @default nothing */
  readonly passOn?: PassOn<"scalingPolicy" | "scalingAlarm">;
}

type PolicyArgs = aws.autoscaling.PolicyArgs;

/**
 * A scaling policy and the alarm that runs it, from one rule, so that neither exists without the other. `ChefAutoScalingGroup` makes
 * them of its `scaling`; by itself it scales a group of yours.
 *
 * @example
 * ```ts
 * new AlarmedPolicy("web-out", {
 *   direction: "out",
 *   rule: { threshold: 60, steps: [{ from: 0, adjustment: 1 }, { from: 20, adjustment: 3 }] },
 *   autoScalingGroupName: group.name,
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html
 */
export class AlarmedPolicy extends pulumi.ComponentResource {
  /** ARN of the scaling policy. */
  readonly policyArn: pulumi.Output<string>;
  /** ARN of the alarm that runs it. */
  readonly alarmArn: pulumi.Output<string>;
  /** Name of that alarm. */
  readonly alarmName: pulumi.Output<string>;

  /** @throws RunError with every mistake in the arguments, before anything is declared */
  constructor(name: string, args: AlarmedPolicyArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:AlarmedPolicy", name, {}, options);
    raise(`Policy "${name}"`, argumentIssues(args, alarmedPolicyShape, [({ passOn }) => passOnIssues(passOn)]));
    const policy = merge(
      "scalingPolicy",
      policyArgs(args),
      args.passOn?.scalingPolicy,
      (merged) => new aws.autoscaling.Policy(`${name}-policy`, merged, { parent: this }),
    );
    const alarm = this.createAlarm(name, args, policy);
    this.policyArn = policy.arn;
    this.alarmArn = alarm.arn;
    this.alarmName = alarm.name;
    this.registerOutputs({ policyArn: this.policyArn, alarmArn: this.alarmArn, alarmName: this.alarmName });
  }

  private createAlarm(
    name: string,
    { direction, rule, autoScalingGroupName, passOn }: AlarmedPolicyArgs,
    policy: aws.autoscaling.Policy,
  ): aws.cloudwatch.MetricAlarm {
    const defaults = SCALING_DEFAULTS[direction];
    return merge(
      "scalingAlarm",
      {
        alarmDescription: `Scales ${direction} the group it is named after`,
        ...measured(rule, rule.periodSeconds ?? defaults.periodSeconds, autoScalingGroupName),
        evaluationPeriods: rule.evaluationPeriods ?? defaults.evaluationPeriods,
        datapointsToAlarm: rule.datapointsToAlarm,
        threshold: rule.threshold ?? defaults.threshold,
        comparisonOperator: direction === "out" ? "GreaterThanOrEqualToThreshold" : "LessThanOrEqualToThreshold",
        treatMissingData: rule.treatMissingData ?? "missing",
        alarmActions: [policy.arn],
      },
      passOn?.scalingAlarm,
      (merged) => new aws.cloudwatch.MetricAlarm(`${name}-alarm`, merged, { parent: this }),
    );
  }
}

/** One metric, or the value of an expression, whose metrics have the period each. */
function measured(
  rule: ScalingRule,
  period: number,
  AutoScalingGroupName: pulumi.Input<string>,
): Partial<aws.cloudwatch.MetricAlarmArgs> {
  const metric = rule.metric ?? CPU_UTILISATION;
  if (!isMath(metric)) {
    const { namespace, metricName, dimensions = { AutoScalingGroupName } } = metric;
    return { namespace, metricName, dimensions, ...statistic(rule), period };
  }
  const queries = queriedMetrics(metric, AutoScalingGroupName).map(({ id, ...queried }) => {
    return { id, metric: { ...queried, period }, returnData: false };
  });
  return { metricQueries: [...queries, resultOf(metric)] };
}

function policyArgs({ direction, rule, autoScalingGroupName, groupWarmupSeconds }: AlarmedPolicyArgs): PolicyArgs {
  const inPercent = rule.unit === "percent";
  const common: PolicyArgs = {
    autoscalingGroupName: autoScalingGroupName,
    enabled: rule.enabled,
    adjustmentType: inPercent ? "PercentChangeInCapacity" : "ChangeInCapacity",
    minAdjustmentMagnitude: inPercent ? (rule.minimumInstances ?? 1) : undefined,
  };
  return rule.policy?.kind === "simple"
    ? { ...common, ...simplePolicy(direction, rule) }
    : { ...common, ...stepPolicy(direction, rule, groupWarmupSeconds) };
}

function simplePolicy(direction: ScalingDirection, rule: ScalingRule): Partial<PolicyArgs> {
  const cooldown = rule.policy?.kind === "simple" ? rule.policy.cooldownSeconds : undefined;
  return {
    policyType: "SimpleScaling",
    scalingAdjustment: rule.adjustment ?? SCALING_DEFAULTS[direction].adjustment,
    cooldown: cooldown ?? SCALING_DEFAULTS.cooldownSeconds,
  };
}

function stepPolicy(
  direction: ScalingDirection,
  rule: ScalingRule,
  groupWarmupSeconds: number = SCALING_DEFAULTS.warmupSeconds,
): Partial<PolicyArgs> {
  const warmup = rule.policy && "warmupSeconds" in rule.policy ? rule.policy.warmupSeconds : undefined;
  return {
    policyType: "StepScaling",
    metricAggregationType: aggregation(rule),
    estimatedInstanceWarmup: direction === "out" ? (warmup ?? groupWarmupSeconds) : undefined,
    stepAdjustments: stepAdjustments(direction, rule),
  };
}

/** Each step reaches to where the next begins; the last has no end. */
function stepAdjustments(direction: ScalingDirection, rule: ScalingRule): PolicyArgs["stepAdjustments"] {
  const steps = stepsOf(direction, rule);
  return steps.map(({ from, adjustment }, index) => {
    const [near, far] = [String(from), steps[index + 1]?.from.toString()];
    return direction === "out"
      ? { metricIntervalLowerBound: near, metricIntervalUpperBound: far, scalingAdjustment: adjustment }
      : { metricIntervalUpperBound: near, metricIntervalLowerBound: far, scalingAdjustment: adjustment };
  });
}

/** Steps are chosen by one figure of the alarm's periods; AWS knows three ways to make it. */
function aggregation({ statistic }: ScalingRule): string {
  return statistic === "Maximum" || statistic === "Minimum" ? statistic : "Average";
}

function statistic({ statistic = "Average" }: ScalingRule): { statistic?: string; extendedStatistic?: string } {
  return statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic };
}
