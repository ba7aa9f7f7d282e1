import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { outputsOf } from "../outputs/outputs-of";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { isMath, queriedMetrics, resultOf } from "./metric-math";
import { CPU_UTILISATION, SCALING_DEFAULTS, type ScalingDirection, type ScalingRule, stepsOf } from "./scaling-rule";
import { alarmedPolicyShape } from "./scaling-shape";

/** One scaling rule for one group. */
export interface AlarmedPolicyArgs {
  /** Whether the policy adds (`out`) or removes (`in`) instances. */
  readonly direction: ScalingDirection;
  /** When the policy runs, and how many instances it adds or removes. */
  readonly rule: ScalingRule;
  /** Name of the group to scale. */
  readonly autoScalingGroupName: pulumi.Input<string>;
  /** Seconds until a new instance counts as warmed up, unless the rule sets its own value. @default 300 */
  readonly groupWarmupSeconds?: number;
  /** Additional properties of policy and alarm, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<"scalingPolicy" | "scalingAlarm">;
}

type PolicyArgs = aws.autoscaling.PolicyArgs;

/**
 * A scaling policy and the alarm that runs it, created together from one rule. `ChefAutoScalingGroup` creates them from its `scaling`; use
 * this component on its own to scale another group.
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
  /** ARN of the alarm that runs the policy. */
  readonly alarmArn: pulumi.Output<string>;
  /** Name of the alarm that runs the policy. */
  readonly alarmName: pulumi.Output<string>;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
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
    this.registerOutputs(outputsOf(this));
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

/** One metric, or the value of an expression, each of whose metrics uses the period. */
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

/** Each step ends where the next one begins; the last one is unbounded. */
function stepAdjustments(direction: ScalingDirection, rule: ScalingRule): PolicyArgs["stepAdjustments"] {
  const steps = stepsOf(direction, rule);
  return steps.map(({ from, adjustment }, index) => {
    const [near, far] = [String(from), steps[index + 1]?.from.toString()];
    return direction === "out"
      ? { metricIntervalLowerBound: near, metricIntervalUpperBound: far, scalingAdjustment: adjustment }
      : { metricIntervalUpperBound: near, metricIntervalLowerBound: far, scalingAdjustment: adjustment };
  });
}

/** Steps are chosen by one value for the alarm's periods; AWS offers three ways to aggregate it. */
function aggregation({ statistic }: ScalingRule): string {
  return statistic === "Maximum" || statistic === "Minimum" ? statistic : "Average";
}

function statistic({ statistic = "Average" }: ScalingRule): { statistic?: string; extendedStatistic?: string } {
  return statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic };
}
