import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { GROUP_DIMENSION, METRICS, METRICS_NAMESPACE, type Metric } from "../../reaper/telemetry/metrics";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";

/** The parts of a reaper that alarms and dashboard show. */
export interface WatchedReaper {
  /** ARN of the queue that it reads. */
  readonly queueArn: pulumi.Output<string>;
  /** ARN of its dead-letter queue. */
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** Name of the function that reads the queue; undefined if a worker does. */
  readonly functionName?: pulumi.Output<string>;
  /** Name of the function that reconciles; undefined if a worker does, or if nothing reconciles. */
  readonly reconcileFunctionName?: pulumi.Output<string>;
  /** Name of the group whose nodes it removes. */
  readonly groupName: pulumi.Input<string>;
  /** Whether it reconciles on a schedule. */
  readonly reconciles: boolean;
}

export interface WatchedGroup {
  readonly groupName: pulumi.Input<string>;
  /** Whether the group's instances have weights, which its desired capacity then counts. */
  readonly weighted: boolean;
}

/** When the alarms fire, and what they do then. */
export interface ReaperAlarmSettings {
  /** ARNs of the alarms' actions, such as a topic that pages somebody. @default none; the alarms only show their state */
  readonly actionArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Age in seconds at which the oldest message of the queue triggers the alarm. @default 1800 */
  readonly oldestMessageSeconds?: number;
  /** Seconds, a multiple of 300, after which the alarm fires if fewer instances are in service than desired. @default 3600 */
  readonly missingInstancesSeconds?: number;
}

/** The settings, and additional properties of each alarm. */
export interface AlarmSettings extends ReaperAlarmSettings {
  readonly passedOn?: PassedOn<"alarm">;
}

type Watch = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "alarmDescription" | "namespace" | "metricName" | "dimensions" | "statistic" | "threshold"
> & {
  readonly period?: number;
  readonly evaluationPeriods?: number;
  readonly treatMissingData?: "notBreaching" | "ignore";
};

/** Length of a period in seconds; reporting a problem after 15 minutes is soon enough. */
export const PERIOD_SECONDS = 300;
/** Longer than the longest delay between two attempts, so that a persistent failure shows in each period. */
const ATTEMPTS_PERIOD_SECONDS = 900;

/**
 * An alarm for instances that are launched but do not come into service, for example because every first boot fails. AWS publishes no
 * metric of failed launches, but it publishes the desired capacity and the number of instances in service.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
 */
export function createMissingInstancesAlarm(
  name: string,
  { groupName, weighted }: WatchedGroup,
  { actionArns, missingInstancesSeconds = 3600, passedOn }: AlarmSettings,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm {
  const metric = (id: string, metricName: string, stat: string) => ({
    id,
    returnData: false,
    metric: {
      metricName,
      stat,
      namespace: "AWS/AutoScaling",
      dimensions: { AutoScalingGroupName: groupName },
      period: PERIOD_SECONDS,
    },
  });
  return merge(
    "alarm",
    {
      alarmDescription:
        "Fewer instances are in service than desired, and this does not change; 'chef-autoscaling doctor' shows why",
      metricQueries: [
        // One moment in which the group had its desired capacity makes the whole period good
        metric("wanted", "GroupDesiredCapacity", "Minimum"),
        metric("serving", weighted ? "GroupInServiceCapacity" : "GroupInServiceInstances", "Maximum"),
        { id: "missing", expression: "wanted - serving", label: "missing instances", returnData: true },
      ],
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: missingInstancesSeconds / PERIOD_SECONDS,
      treatMissingData: "notBreaching",
      alarmActions: actionArns,
      okActions: actionArns,
    },
    passedOn,
    (merged) => new aws.cloudwatch.MetricAlarm(`${name}-missing-instances`, merged, { parent }),
  );
}

/** Alarms for nodes that are not removed. */
export function createReaperAlarms(
  name: string,
  reaper: WatchedReaper,
  settings: AlarmSettings,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm[] {
  return Object.entries(reaperWatches(reaper, settings)).map(
    ([what, { period = PERIOD_SECONDS, evaluationPeriods = 1, treatMissingData = "notBreaching", ...watch }]) =>
      merge(
        "alarm",
        {
          ...watch,
          period,
          evaluationPeriods,
          comparisonOperator: "GreaterThanThreshold",
          treatMissingData,
          alarmActions: settings.actionArns,
          okActions: settings.actionArns,
        },
        settings.passedOn,
        (merged) => new aws.cloudwatch.MetricAlarm(`${name}-${what}`, merged, { parent }),
      ),
  );
}

/** What is watched, by the ending of the alarm's name. */
export function reaperWatches(
  reaper: WatchedReaper,
  { oldestMessageSeconds = 1800 }: ReaperAlarmSettings,
): Record<string, Watch> {
  const { functionName, reconcileFunctionName, groupName, reconciles } = reaper;
  return {
    "dead-letters": {
      alarmDescription: "Messages that the reaper could not process; each has its reason in the attribute 'reason'",
      ...queueMetric("ApproximateNumberOfMessagesVisible", reaper.deadLetterQueueArn),
      threshold: 0,
    },
    "oldest-message": {
      alarmDescription:
        "Nodes of terminated instances are not removed in time; check the reaper's log and the Chef server",
      ...queueMetric("ApproximateAgeOfOldestMessage", reaper.queueArn),
      threshold: oldestMessageSeconds,
    },
    // SQS excludes a message that was received three times from the age of the oldest message, and a
    // batch that fails as a whole is no error of the function: a Chef server that is down or refuses
    // shows only here.
    "reap-failures": {
      alarmDescription: "Attempts to remove nodes keep failing; check the reaper's log and the Chef server",
      ...ownMetric("failures", groupName),
      statistic: "Sum",
      threshold: 0,
      period: ATTEMPTS_PERIOD_SECONDS,
      evaluationPeriods: 2,
    },
    ...(functionName && {
      "reaper-errors": {
        alarmDescription: "The reaper's function fails as a whole; check its log",
        ...functionMetric("Errors", functionName),
        threshold: 0,
        evaluationPeriods: 3,
      },
    }),
    // A run that Lambda kills, or that never starts, counts only here.
    ...(reconcileFunctionName && {
      "dropped-events": {
        alarmDescription: "A scheduled reconcile failed, was killed or never started; check the log of its function",
        ...functionMetric("AsyncEventsDropped", reconcileFunctionName),
        threshold: 0,
      },
    }),
    ...(reconciles && {
      "reconcile-stopped": {
        alarmDescription:
          "The reconcile failed, or stopped because it would remove too much; its log line shows the reason, " +
          "and 'chef-autoscaling reconcile --dry-run' with the stack's outputs shows what to do",
        ...ownMetric("reconcileStopped", groupName),
        statistic: "Maximum",
        threshold: 0,
        // Each run reports 1 or 0; until the next run, the last value applies.
        treatMissingData: "ignore" as const,
      },
    }),
  };
}

function ownMetric(metric: Metric, groupName: pulumi.Input<string>) {
  return {
    namespace: METRICS_NAMESPACE,
    metricName: METRICS[metric].name,
    dimensions: { [GROUP_DIMENSION]: groupName },
  };
}

function functionMetric(metricName: string, functionName: pulumi.Output<string>) {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: functionName }, statistic: "Sum" };
}

function queueMetric(metricName: string, queueArn: pulumi.Output<string>) {
  const QueueName = queueArn.apply((arn) => arn.slice(arn.lastIndexOf(":") + 1));
  return { namespace: "AWS/SQS", metricName, dimensions: { QueueName }, statistic: "Maximum" };
}
