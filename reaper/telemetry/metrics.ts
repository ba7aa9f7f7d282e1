import type { Reaped } from "../decide/reap";

interface MetricDefinition {
  /** Its name in CloudWatch. */
  readonly name: string;
  /** Its name in Prometheus, where milliseconds are converted to seconds, as is the convention. */
  readonly prometheus: string;
  readonly unit: "Count" | "Milliseconds";
  readonly help: string;
}

/** Namespace in CloudWatch. */
export const METRICS_NAMESPACE = "ChefAutoScaling";
/** The only dimension in CloudWatch; in Prometheus the label `group`. */
export const GROUP_DIMENSION = "Group";

/** All metrics. One entry here is enough for a new metric: EMF and Prometheus use this table. */
export const METRICS = {
  reaped: {
    name: "NodesReaped",
    prometheus: "chef_autoscaling_nodes_reaped_total",
    unit: "Count",
    help: "Instances whose node or client was removed from the Chef server",
  },
  failures: {
    name: "ReapFailures",
    prometheus: "chef_autoscaling_reap_failures_total",
    unit: "Count",
    help: "Attempts that failed and left their message in the queue",
  },
  deadLetters: {
    name: "DeadLetters",
    prometheus: "chef_autoscaling_dead_letters_total",
    unit: "Count",
    help: "Messages moved to the dead-letter queue with a reason",
  },
  duration: {
    name: "ReapMilliseconds",
    prometheus: "chef_autoscaling_reap_duration_seconds",
    unit: "Milliseconds",
    help: "Time from receiving a message to the decision about it",
  },
  reconciled: {
    name: "NodesReconciled",
    prometheus: "chef_autoscaling_nodes_reconciled_total",
    unit: "Count",
    help: "Left-over names that a reconcile removed because their message was lost",
  },
  reconcileStopped: {
    name: "ReconcileStopped",
    prometheus: "chef_autoscaling_reconcile_stopped_total",
    unit: "Count",
    help: "Reconciles that stopped or failed: too many names would be removed, AWS's answer was implausible, or a request was refused",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type Metric = keyof typeof METRICS;

/** Collects metrics. */
export interface ReaperMetrics {
  /** @param value a number of events, or of milliseconds */
  add(metric: Metric, group: string, value: number): void;
  /** Writes what was counted since the last time, if metrics are pushed and not pulled. */
  publish(): void;
}

/** Combines several collectors. */
export function allMetrics(places: readonly ReaperMetrics[]): ReaperMetrics {
  return {
    add: (metric, group, value) => {
      for (const place of places) place.add(metric, group, value);
    },
    publish: () => {
      for (const place of places) place.publish();
    },
  };
}

/** Stands for every group that is not one of the reaper's own: forged names must not become metrics that cost money. */
export const OTHER_GROUP = "(other)";

/** The result of one message. */
export interface Settled {
  readonly reaped: Reaped;
  /** Whether it left the queue. */
  readonly done: boolean;
  /** Whether the decision could not be carried out in the queue. */
  readonly trouble: boolean;
  readonly milliseconds: number;
}

/**
 * Counts the result of one message.
 *
 * @param ownGroups groups that are counted by name
 */
export function countSettled(metrics: ReaperMetrics, ownGroups: readonly string[], settled: Settled): void {
  const { reaped, done, trouble, milliseconds } = settled;
  const group = reaped.group !== undefined && ownGroups.includes(reaped.group) ? reaped.group : OTHER_GROUP;
  metrics.add("duration", group, milliseconds);
  if (reaped.outcome === "acknowledged" && reaped.removed) metrics.add("reaped", group, 1);
  if (reaped.outcome === "dead-letter" && done) metrics.add("deadLetters", group, 1);
  if (trouble || (reaped.outcome === "retry" && reaped.failed)) metrics.add("failures", group, 1);
}
