import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { GROUP_DIMENSION, METRICS, METRICS_NAMESPACE, type Metric } from "../../reaper/telemetry/metrics";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";

/** The parts of a reaper that alarms and dashboard look at. */
export interface WatchedReaper {
  /** ARN of the queue that it reads. */
  readonly queueArn: pulumi.Output<string>;
  /** ARN of the queue of what it could not act on. */
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** Name of the function that reads the queue; none where a worker does. */
  readonly functionName?: pulumi.Output<string>;
  /** Name of the function that reconciles; none where a worker does, or nothing is reconciled. */
  readonly reconcileFunctionName?: pulumi.Output<string>;
  /** The group whose nodes it removes. */
  readonly groupName: pulumi.Input<string>;
  /** Whether it looks on a schedule for what no message told of. */
  readonly reconciles: boolean;
}

export interface WatchedGroup {
  readonly groupName: pulumi.Input<string>;
  /** Whether its instances count by weights, in which its desired capacity is given then. */
  readonly weighted: boolean;
}

/** When the alarms fire, and whom they tell. */
export interface ReaperAlarmSettings {
  /** ARNs of what is told, such as a topic that pages somebody. @default nobody; the alarms can be looked at */
  readonly actionArns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Seconds after which the oldest message of the queue is too old. @default 1800 */
  readonly oldestMessageSeconds?: number;
  /** Seconds, a multiple of 300, for which the group may have fewer instances in service than it wants. @default 3600 */
  readonly missingInstancesSeconds?: number;
}

/** The settings, and what more each alarm shall have. */
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

/** Seconds of a period; a quarter of an hour's trouble is soon enough for somebody to look. */
export const PERIOD_SECONDS = 300;
/** Longer than the longest wait between two attempts, so that what goes on failing fails in each period. */
const ATTEMPTS_PERIOD_SECONDS = 900;

/**
 * An alarm that says: instances are launched and do not come into service, such as one after the other whose first boot
 * fails. AWS publishes no metric of failed launches, but how many instances a group wants and how many serve.
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
        "Fewer instances are in service than the group wants, and it does not get there; 'chef-autoscaling doctor' says why",
      metricQueries: [
        // A moment in which the group was whole, or wanted no more than it had, makes a good period
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

/** Alarms that say: nodes are not being removed. */
export function createReaperAlarms(
  name: string,
  reaper: WatchedReaper,
  settings: AlarmSettings,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm[] {
  return Object.entries(watches(reaper, settings)).map(
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

function watches(reaper: WatchedReaper, { oldestMessageSeconds = 1800 }: ReaperAlarmSettings): Record<string, Watch> {
  const { functionName, reconcileFunctionName, groupName, reconciles } = reaper;
  return {
    "dead-letters": {
      alarmDescription: "Messages the reaper could not act on; each has its reason in the attribute 'reason'",
      ...queueMetric("ApproximateNumberOfMessagesVisible", reaper.deadLetterQueueArn),
      threshold: 0,
    },
    "oldest-message": {
      alarmDescription: "Nodes of terminated instances wait too long; look at the reaper's log and the Chef server",
      ...queueMetric("ApproximateAgeOfOldestMessage", reaper.queueArn),
      threshold: oldestMessageSeconds,
    },
    // SQS leaves a message that was received three times out of its oldest message's age, and a batch that fails as a
    // whole is no error of the function: a Chef server that is down or refuses shows here alone.
    "reap-failures": {
      alarmDescription: "Attempts to remove nodes go on failing; look at the reaper's log and the Chef server",
      ...ownMetric("failures", groupName),
      statistic: "Sum",
      threshold: 0,
      period: ATTEMPTS_PERIOD_SECONDS,
      evaluationPeriods: 2,
    },
    ...(functionName && {
      "reaper-errors": {
        alarmDescription: "The reaper's function fails as a whole; look at its log",
        ...functionMetric("Errors", functionName),
        threshold: 0,
        evaluationPeriods: 3,
      },
    }),
    // A run that Lambda kills, or that never gets its turn, counts here alone.
    ...(reconcileFunctionName && {
      "dropped-events": {
        alarmDescription: "A scheduled reconcile failed, was killed or never began; look at the log of its function",
        ...functionMetric("AsyncEventsDropped", reconcileFunctionName),
        threshold: 0,
      },
    }),
    ...(reconciles && {
      "reconcile-stopped": {
        alarmDescription:
          "The reconcile failed, or so much looks left over that it removes nothing; its log line says what, " +
          "'chef-autoscaling reconcile --dry-run' with the stack's outputs what to do",
        ...ownMetric("reconcileStopped", groupName),
        statistic: "Maximum",
        threshold: 0,
        // Each run says 1 or 0; between two runs it is as the last one said.
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
