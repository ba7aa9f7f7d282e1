import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GROUP_DIMENSION, METRICS, METRICS_NAMESPACE } from "../../reaper/telemetry/metrics";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";

export interface DashboardArgs {
  readonly region: pulumi.Input<string>;
  readonly autoScalingGroupName: pulumi.Input<string>;
  readonly queueArn: pulumi.Input<string>;
  readonly deadLetterQueueArn: pulumi.Input<string>;
  /** Alarms whose state is shown. */
  readonly alarmArns: readonly pulumi.Input<string>[];
  readonly passedOn?: PassedOn<"dashboard">;
}

type Line = readonly (string | { readonly label: string; readonly stat?: string })[];

/** One page: load, size, alarms, queue, removed nodes. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export function createDashboard(name: string, args: DashboardArgs, parent: pulumi.Resource): aws.cloudwatch.Dashboard {
  const dashboardBody = pulumi
    .all([
      args.region,
      args.autoScalingGroupName,
      args.queueArn,
      args.deadLetterQueueArn,
      pulumi.all([...args.alarmArns]),
    ])
    .apply(([region, group, queueArn, deadLetterArn, alarms]) =>
      JSON.stringify({
        widgets: widgets({ region, group, queue: last(queueArn), deadLetters: last(deadLetterArn), alarms }),
      }),
    );
  const dashboardName = pulumi.output(args.autoScalingGroupName).apply((group) => group.replaceAll(".", "-"));
  const declare = (merged: aws.cloudwatch.DashboardArgs) =>
    new aws.cloudwatch.Dashboard(`${name}-dashboard`, merged, { parent });
  return merge("dashboard", { dashboardName, dashboardBody }, args.passedOn, declare);
}

interface Shown {
  readonly region: string;
  readonly group: string;
  readonly queue: string;
  readonly deadLetters: string;
  readonly alarms: readonly string[];
}

function widgets({ region, group, queue, deadLetters, alarms }: Shown): unknown[] {
  const graph = (title: string, metrics: readonly Line[]) => ({
    region,
    title,
    metrics,
    period: 60,
    view: "timeSeries",
  });
  const size = (metric: string, label: string): Line => [
    "AWS/AutoScaling",
    metric,
    "AutoScalingGroupName",
    group,
    { label },
  ];
  const shown = [
    graph("CPU of the group (%)", [["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", group, { label: "average" }]]),
    graph("Instances", [
      size("GroupInServiceInstances", "in service"),
      size("GroupDesiredCapacity", "desired"),
      size("GroupMinSize", "min"),
      size("GroupMaxSize", "max"),
    ]),
    graph("Messages", [
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { label: "waiting", stat: "Maximum" }],
      [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        deadLetters,
        { label: "dead letters", stat: "Maximum" },
      ],
      ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, { label: "oldest (s)", stat: "Maximum" }],
    ]),
    graph("Chef nodes", [
      [METRICS_NAMESPACE, METRICS.reaped.name, GROUP_DIMENSION, group, { label: "reaped", stat: "Sum" }],
      [METRICS_NAMESPACE, METRICS.failures.name, GROUP_DIMENSION, group, { label: "failed attempts", stat: "Sum" }],
      [METRICS_NAMESPACE, METRICS.reconciled.name, GROUP_DIMENSION, group, { label: "reconciled", stat: "Sum" }],
      [
        METRICS_NAMESPACE,
        METRICS.reconcileStopped.name,
        GROUP_DIMENSION,
        group,
        { label: "reconciles stopped", stat: "Sum" },
      ],
    ]),
  ];
  const graphs = shown.map((properties, index) => ({
    type: "metric",
    ...{ x: (index % 2) * 12, y: 3 + Math.floor(index / 2) * 6, width: 12, height: 6 },
    properties,
  }));
  if (alarms.length === 0) return graphs;
  return [{ type: "alarm", x: 0, y: 0, width: 24, height: 3, properties: { title: "Alarms", alarms } }, ...graphs];
}

function last(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}
