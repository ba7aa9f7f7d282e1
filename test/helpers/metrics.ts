import type { ReaperMetrics } from "../../reaper/telemetry/metrics";

/** Metrics that a test can look at. */
export interface RecordedMetrics extends ReaperMetrics {
  /** Each as `metric group value`, in the order it was counted. */
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
