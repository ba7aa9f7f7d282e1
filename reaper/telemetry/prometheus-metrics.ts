import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { METRICS, type Metric, type ReaperMetrics } from "./metrics";

/** Metrics in Prometheus' text format, which are pulled. */
export interface PrometheusMetrics extends ReaperMetrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** A pair of deletions takes milliseconds; with a Chef server in trouble, several times its timeout. */
const BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const names = Object.keys(METRICS) as Metric[];
  const adders = new Map(names.map((metric) => [metric, adderOf(metric, registry)]));
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    add: (metric, group, value) => adders.get(metric)?.(group, value),
    publish: () => undefined,
  };
}

function adderOf(metric: Metric, register: Registry): (group: string, value: number) => void {
  const { prometheus: name, help, unit } = METRICS[metric];
  const common = { name, help, labelNames: ["group"] as const, registers: [register] };
  if (unit === "Milliseconds") {
    const histogram = new Histogram({ ...common, buckets: BUCKETS_SECONDS });
    return (group, value) => histogram.observe({ group }, value / 1000);
  }
  const counter = new Counter(common);
  return (group, value) => counter.inc({ group }, value);
}
