import { GROUP_DIMENSION, METRICS, METRICS_NAMESPACE, type Metric } from "../../reaper/telemetry/metrics";
import { rulesOf, SCALING_DEFAULTS, type Scaling } from "../scaling";

/** What a dashboard shows, by the names in AWS. */
export interface Shown {
  readonly region: string;
  readonly group: string;
  /** Names of the queues. */
  readonly queue: string;
  readonly deadLetters: string;
  /** ARNs of the alarms whose state is shown. */
  readonly alarms: readonly string[];
  /** Whether the group's capacity counts weights rather than instances. */
  readonly weighted: boolean;
  /** The scaling rules, whose thresholds are drawn in the graph of the load. */
  readonly scaling: Scaling;
}

interface Widget {
  readonly type: "alarm" | "metric";
  /** In a grid of 24 columns. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A metric with its dimension, and how it is drawn. */
type Line = readonly (string | Readonly<Record<string, string>>)[];

interface Graph {
  readonly title: string;
  readonly metrics: readonly Line[];
  readonly period?: number;
  readonly yAxis: Readonly<Record<string, unknown>>;
  readonly annotations?: { readonly horizontal: readonly Readonly<Record<string, unknown>>[] };
}

/** Lines that should stay at zero. */
const TROUBLE = "#d13212";
const SECONDS_OF_SUMS = 300;

/**
 * One page: alarms, load, capacity, queue, removed nodes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardWidgets(shown: Shown): Widget[] {
  const top = shown.alarms.length > 0 ? 3 : 0;
  const graphs = [load(shown), size(shown), messages(shown), nodes(shown)].map((graph, index): Widget => {
    const place = { x: (index % 2) * 12, y: top + Math.floor(index / 2) * 6, width: 12, height: 6 };
    return { type: "metric", ...place, properties: { region: shown.region, view: "timeSeries", period: 60, ...graph } };
  });
  if (top === 0) return graphs;
  const properties = { title: "Alarms", alarms: shown.alarms };
  return [{ type: "alarm", x: 0, y: 0, width: 24, height: top, properties }, ...graphs];
}

/** The thresholds of the alarms show why the group scaled, or did not. */
function load({ group, scaling }: Shown): Graph {
  const annotations = scalingLines(scaling);
  return {
    title: "CPU, average of the group's instances",
    metrics: [["AWS/EC2", "CPUUtilization", "AutoScalingGroupName", group, { label: "CPU" }]],
    yAxis: { left: { label: "percent", min: 0, max: 100, showUnits: false } },
    ...(annotations.length > 0 && { annotations: { horizontal: annotations } }),
  };
}

function scalingLines(scaling: Scaling): Readonly<Record<string, unknown>>[] {
  const lines = rulesOf(scaling)
    .filter(({ rule: { metric, enabled = true } }) => !metric && enabled)
    .map(({ direction, rule, ruleName }) => ({
      label: `scale ${direction} from here${ruleName === undefined ? "" : ` (${ruleName})`}`,
      value: rule.threshold ?? SCALING_DEFAULTS[direction].threshold,
    }));
  const kept = Object.values(scaling.targets ?? {}).filter(({ metric, enabled = true }) => {
    return enabled && (metric?.kind ?? "cpu") === "cpu";
  });
  return [...lines, ...kept.map(({ target }) => ({ label: "kept here", value: target }))];
}

function size({ group, weighted }: Shown): Graph {
  const line = (metric: string, label: string): Line => [
    "AWS/AutoScaling",
    metric,
    "AutoScalingGroupName",
    group,
    { label },
  ];
  return {
    title: weighted ? "Capacity of the group, in weights" : "Instances of the group",
    metrics: [
      line(weighted ? "GroupInServiceCapacity" : "GroupInServiceInstances", "in service"),
      line("GroupDesiredCapacity", "desired"),
      line("GroupMinSize", "minimum"),
      line("GroupMaxSize", "maximum"),
    ],
    yAxis: { left: { label: weighted ? "weights" : "instances", min: 0, showUnits: false } },
  };
}

/** Seconds have their own axis, since they would flatten the counts. */
function messages({ queue, deadLetters }: Shown): Graph {
  const line = (metric: string, name: string, drawn: Readonly<Record<string, string>>): Line => [
    "AWS/SQS",
    metric,
    "QueueName",
    name,
    { stat: "Maximum", ...drawn },
  ];
  return {
    title: "Messages to the reaper",
    metrics: [
      line("ApproximateNumberOfMessagesVisible", queue, { label: "waiting" }),
      line("ApproximateNumberOfMessagesVisible", deadLetters, { label: "dead letters", color: TROUBLE }),
      line("ApproximateAgeOfOldestMessage", queue, { label: "age of the oldest, seconds", yAxis: "right" }),
    ],
    yAxis: {
      left: { label: "messages", min: 0, showUnits: false },
      right: { label: "seconds", min: 0, showUnits: false },
    },
  };
}

function nodes({ group }: Shown): Graph {
  const line = (metric: Metric, label: string, drawn: Readonly<Record<string, string>> = {}): Line => [
    METRICS_NAMESPACE,
    METRICS[metric].name,
    GROUP_DIMENSION,
    group,
    { label, stat: "Sum", ...drawn },
  ];
  return {
    title: "Chef nodes removed, each 5 minutes",
    period: SECONDS_OF_SUMS,
    metrics: [
      line("reaped", "after a message"),
      line("failures", "failed attempts", { color: TROUBLE }),
      line("reconciled", "by reconcile"),
      line("reconcileStopped", "stopped"),
    ],
    yAxis: { left: { label: "count", min: 0, showUnits: false } },
  };
}
