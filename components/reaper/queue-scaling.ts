import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import type { PassOn } from "../pass-through/pass-on";

export interface QueueScalingArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly messagesPerTask: number;
  readonly passOn?: PassOn<"taskScalingTarget" | "taskScalingAlarm">;
}

/** Length of a period in seconds; SQS publishes its metrics once a minute. */
const PERIOD_SECONDS = 60;
/** A queue that is short only for a moment must not stop tasks that are still needed. */
const QUIET_PERIODS = 5;

type Step = aws.types.input.appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment;

/**
 * As many tasks as the messages need, from `minTasks` to `maxTasks`. Each alarm and its policy are created together.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function createQueueScaling(name: string, args: QueueScalingArgs, parent: pulumi.Resource): void {
  const target = merge(
    "taskScalingTarget",
    {
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
      scalableDimension: "ecs:service:DesiredCount",
      serviceNamespace: "ecs",
      minCapacity: args.minTasks,
      maxCapacity: args.maxTasks,
    },
    args.passOn?.taskScalingTarget,
    (merged) => new aws.appautoscaling.Target(`${name}-tasks`, merged, { parent }),
  );
  const waiting = waitingFor(args);
  if (args.maxTasks > args.minTasks) {
    createAlarmedSteps(`${name}-backlog`, { ...args, target, steps: backlogSteps(args), waiting, deep: true }, parent);
    const least = [{ metricIntervalUpperBound: "0", scalingAdjustment: args.minTasks }];
    createAlarmedSteps(`${name}-quiet`, { ...args, target, steps: least, waiting, deep: false }, parent);
  }
}

/** The number of waiting messages above which more than the minimum number of tasks is needed. */
export function waitingFor({
  minTasks,
  messagesPerTask,
}: Pick<QueueScalingArgs, "minTasks" | "messagesPerTask">): number {
  return Math.max(1, minTasks * messagesPerTask);
}

/** One more task for each `messagesPerTask`, counted from the alarm's threshold. */
export function backlogSteps(args: Pick<QueueScalingArgs, "minTasks" | "maxTasks" | "messagesPerTask">): Step[] {
  const { minTasks, maxTasks, messagesPerTask } = args;
  const threshold = waitingFor(args);
  const bound = (tasks: number): string => String(Math.max(threshold, tasks * messagesPerTask) - threshold);
  return Array.from({ length: maxTasks - minTasks }, (_, index) => {
    const tasks = minTasks + index;
    const last = tasks + 1 === maxTasks;
    return {
      metricIntervalLowerBound: bound(tasks),
      ...(!last && { metricIntervalUpperBound: bound(tasks + 1) }),
      scalingAdjustment: tasks + 1,
    };
  });
}

interface AlarmedSteps extends QueueScalingArgs {
  readonly target: aws.appautoscaling.Target;
  readonly steps: Step[];
  readonly waiting: number;
  /** Whether it scales on a long queue, or on a short one. */
  readonly deep: boolean;
}

function createAlarmedSteps(name: string, args: AlarmedSteps, parent: pulumi.Resource): void {
  const { target, deep } = args;
  const policy = new aws.appautoscaling.Policy(
    name,
    {
      policyType: "StepScaling",
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      serviceNamespace: target.serviceNamespace,
      stepScalingPolicyConfiguration: {
        adjustmentType: "ExactCapacity",
        cooldown: PERIOD_SECONDS,
        metricAggregationType: "Maximum",
        stepAdjustments: args.steps,
      },
    },
    { parent },
  );
  merge(
    "taskScalingAlarm",
    {
      alarmDescription: `The number of waiting messages needs ${deep ? "more" : "no more than the minimum number of"} tasks of the reaper`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: args.queueArn.apply((arn) => arn.slice(arn.lastIndexOf(":") + 1)) },
      statistic: "Maximum",
      comparisonOperator: deep ? "GreaterThanOrEqualToThreshold" : "LessThanThreshold",
      threshold: args.waiting,
      period: PERIOD_SECONDS,
      evaluationPeriods: deep ? 1 : QUIET_PERIODS,
      treatMissingData: deep ? "notBreaching" : "ignore",
      alarmActions: [policy.arn],
    },
    args.passOn?.taskScalingAlarm,
    (merged) => new aws.cloudwatch.MetricAlarm(`${name}-alarm`, merged, { parent }),
  );
}
