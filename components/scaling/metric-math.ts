import type * as pulumi from "@pulumi/pulumi";
import type { Report, ValidationIssue } from "../validation/issues";
import type { MetricMath, ScalingMetric } from "./scaling-rule";

/** Id of the expression among the queries; the ids of `metrics` differ from it. */
const RESULT = "result";

/** A metric of an expression, with all defaults filled in. */
export interface QueriedMetric {
  readonly id: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly stat: string;
}

/** The value of an expression, in the form that both alarms and targets use; its metrics return no data. */
export function resultOf({ expression }: MetricMath) {
  return { id: RESULT, expression, label: expression, returnData: true };
}

/** The metrics of an expression; a metric without dimensions is the group's own. */
export function queriedMetrics(
  { metrics }: MetricMath,
  AutoScalingGroupName: pulumi.Input<string>,
): readonly QueriedMetric[] {
  return Object.entries(metrics).map(([id, { namespace, metricName, dimensions, statistic = "Average" }]) => ({
    id,
    namespace,
    metricName,
    dimensions: dimensions ?? { AutoScalingGroupName },
    stat: statistic,
  }));
}

export function isMath<Other extends object>(metric: Other | MetricMath): metric is MetricMath {
  return "expression" in metric || "metrics" in metric;
}

/** The namespaces of a metric, or of all metrics of an expression. */
export function namespacesOf(metric: ScalingMetric | MetricMath): string[] {
  return isMath(metric) ? Object.values(metric.metrics ?? {}).map(({ namespace }) => namespace) : [metric.namespace];
}

/**
 * Mistakes in an expression.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
export function mathIssues({ expression = "", metrics }: Partial<MetricMath>, report: Report): ValidationIssue[] {
  if (metrics === undefined) return [];
  const ids = Object.keys(metrics);
  const wrong = ids.filter((id) => !/^[a-z]\w{0,254}$/.test(id) || id === RESULT);
  const unknown = namesIn(expression).filter((name) => !ids.includes(name));
  return [
    ...wrong.map((id) => {
      const expected = `an id of letters, digits and underscores that starts with a lowercase letter, other than '${RESULT}'`;
      return report(`metrics.${id}`, id, expected, "rename it, in 'expression' too");
    }),
    ...(ids.length === 0
      ? [report("metrics", metrics, "at least one metric by its id", "add the metrics that the expression reads")]
      : []),
    ...unknown.map((name) => report("expression", name, `ids of 'metrics' (${ids.join(", ")})`, "correct the name")),
    ...(/\bSEARCH\s*\(/.test(expression)
      ? [report("expression", expression, "no SEARCH, which alarms do not support", "list the metrics in 'metrics'")]
      : []),
  ];
}

/** CloudWatch's functions and keywords are uppercase, and ids start with a lowercase letter. */
function namesIn(expression: string): string[] {
  const names = expression.replace(/'[^']*'|"[^"]*"/g, "").match(/\b[a-z]\w*/g) ?? [];
  return [...new Set(names)];
}
