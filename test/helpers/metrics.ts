import type { ReaperMetrics } from "../../reaper/telemetry/metrics";

/** Metrics that are recorded for a test. */
export interface RecordedMetrics extends ReaperMetrics {
  /** Each as `metric group value`, in the order of counting. */
  readonly counted: readonly string[];
}

export function recordedMetrics(): RecordedMetrics {
  const counted: string[] = [];
  return {
    counted,
    add: (metric, group, value) => void counted.push(`${metric} ${group} ${value}`),
    publish: () => undefined,
  };
}
