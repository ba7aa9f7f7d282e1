import { Metrics } from "@aws-lambda-powertools/metrics";
import { GROUP_DIMENSION, METRICS, METRICS_NAMESPACE, type ReaperMetrics } from "./metrics";

/**
 * Metrics as log lines, which CloudWatch Logs turns into metrics.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createEmfMetrics(): ReaperMetrics {
  const ofGroup = new Map<string, Metrics>();
  const metricsOf = (group: string): Metrics => {
    const known = ofGroup.get(group) ?? metricsWithDimension(group);
    ofGroup.set(group, known);
    return known;
  };
  return {
    add: (metric, group, value) => {
      const { name, unit } = METRICS[metric];
      metricsOf(group).addMetric(name, unit, value);
    },
    publish: () => {
      for (const metrics of ofGroup.values()) {
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      }
    },
  };
}

/** Only the group: CloudWatch identifies a metric by exactly its dimensions, and the library adds `service` by default. */
function metricsWithDimension(group: string): Metrics {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  metrics.clearDefaultDimensions();
  return metrics.setDefaultDimensions({ [GROUP_DIMENSION]: group });
}
