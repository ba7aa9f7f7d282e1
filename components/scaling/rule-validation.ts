import { type Report, reportBelow, type ValidationIssue } from "../validation/issues";
import { isMath, mathIssues, namespacesOf } from "./metric-math";
import type { FoundRule } from "./rules";
import {
  CPU_UTILISATION,
  type MetricMath,
  SCALING_DEFAULTS,
  type ScalingDirection,
  type ScalingRule,
  stepsOf,
} from "./scaling-rule";

const MOST_STEPS = 40;
const DAY_SECONDS = 86_400;

/**
 * Mistakes in the alarm and the policy of one rule.
 *
 * @param path of the rule in the arguments
 */
export function ruleIssues({ direction, rule, path }: FoundRule): ValidationIssue[] {
  const report = reportBelow(path);
  return [
    ...metricIssues(rule.metric, reportBelow(`${path}.metric`)),
    ...alarmIssues(direction, rule, report),
    ...ignoredIssues(direction, rule, report),
    ...(rule.steps ? stepIssues(direction, rule, report) : adjustmentIssues(direction, rule, report)),
  ];
}

function alarmIssues(direction: ScalingDirection, rule: ScalingRule, report: Report): ValidationIssue[] {
  const defaults = SCALING_DEFAULTS[direction];
  const { periodSeconds = defaults.periodSeconds, evaluationPeriods = defaults.evaluationPeriods } = rule;
  const { datapointsToAlarm = evaluationPeriods } = rule;
  const wrong: ValidationIssue[] = [];
  const short = [10, 20, 30].includes(periodSeconds);
  if (!short && (periodSeconds < 60 || periodSeconds % 60 !== 0)) {
    wrong.push(report("periodSeconds", periodSeconds, "10, 20, 30 or a multiple of 60", "use 60 for metrics of AWS"));
  }
  if (short && namespacesOf(rule.metric ?? CPU_UTILISATION).some((namespace) => namespace?.startsWith("AWS/"))) {
    wrong.push(report("periodSeconds", periodSeconds, "60 or more for a metric of AWS", "use a custom metric"));
  }
  if (evaluationPeriods * periodSeconds > (periodSeconds < 3600 ? DAY_SECONDS : 7 * DAY_SECONDS)) {
    const expected = "periods of at most one day in total, or one week if each has an hour or more";
    wrong.push(report("evaluationPeriods", evaluationPeriods, expected, "reduce the number or length of the periods"));
  }
  if (datapointsToAlarm > evaluationPeriods) {
    const expected = `between 1 and ${evaluationPeriods}`;
    wrong.push(report("datapointsToAlarm", datapointsToAlarm, expected, "lower it, or raise 'evaluationPeriods'"));
  }
  return wrong;
}

/** Either one metric or an expression, with all required settings. */
function metricIssues(metric: ScalingRule["metric"], report: Report): ValidationIssue[] {
  if (metric === undefined) return [];
  const given = { ...metric } as Readonly<Record<string, unknown>>;
  const [single, math] = [
    ["namespace", "metricName", "dimensions"],
    ["expression", "metrics"],
  ] as const;
  const needed = isMath(metric) ? math : single.slice(0, 2);
  const missing = needed.filter((name) => given[name] === undefined);
  const ignored = isMath(metric) ? single.filter((name) => given[name] !== undefined) : [];
  return [
    ...missing.map((name) => report(name, undefined, "a value", "add it to the others")),
    ...ignored.map((name) =>
      report(name, given[name], "it in 'metric.metrics' when there is an expression", "move it there"),
    ),
    ...(isMath(metric) ? [...mathIssues(metric, report), ...alarmMathIssues(metric, report)] : []),
  ];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.md */
const MOST_METRICS = 10;

/** What CloudWatch refuses in an alarm although it is sound metric math. */
function alarmMathIssues({ expression = "", metrics = {} }: Partial<MetricMath>, report: Report): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  const refuse = (expected: string, fix: string) => wrong.push(report("expression", expression, expected, fix));
  // https://github.com/hashicorp/terraform-provider-aws/issues/28617
  if (/^\s*SELECT\b/i.test(expression)) {
    refuse("metric math; a query of Metrics Insights needs a period of its own", "list its metrics in 'metrics'");
  }
  if (/\bANOMALY_DETECTION_BAND\s*\(/.test(expression)) {
    refuse("an expression with one value per period; a band has two", "compare the metric with a 'threshold' instead");
  }
  const count = Object.keys(metrics).length;
  if (count > MOST_METRICS) {
    const fix = "publish a metric of your own that combines them";
    wrong.push(report("metrics", `${count} metrics`, `at most ${MOST_METRICS}, as CloudWatch allows in an alarm`, fix));
  }
  return wrong;
}

/**
 * Settings that AWS would ignore because of another setting of the rule. The compiler refuses them too, but configuration is not compiled.
 */
function ignoredIssues(direction: ScalingDirection, rule: ScalingRule, report: Report): ValidationIssue[] {
  const { unit, minimumInstances, steps, adjustment, statistic } = rule as Readonly<Record<string, unknown>>;
  const policy = (rule.policy ?? {}) as Readonly<Record<string, unknown>>;
  const ignored: readonly [property: string, value: unknown, isIgnored: boolean, expected: string][] = [
    ["minimumInstances", minimumInstances, unit !== "percent", "it only with 'unit: percent'"],
    ["adjustment", adjustment, steps !== undefined, "either 'steps' or 'adjustment'"],
    ["statistic", statistic, isMath(rule.metric ?? {}), "it in 'metric.metrics', for each metric of an expression"],
    ["policy.cooldownSeconds", policy.cooldownSeconds, policy.kind !== "simple", "it only with 'kind: simple'"],
    ["policy.warmupSeconds", policy.warmupSeconds, policy.kind === "simple", "it only with 'kind: step'"],
    [
      "policy.warmupSeconds",
      policy.warmupSeconds,
      direction === "in",
      "none, since scale-in starts no instance that would have to warm up",
    ],
  ];
  return ignored
    .filter(([, value, isIgnored]) => value !== undefined && isIgnored)
    .map(([property, value, , expected]) => report(property, value, expected, "leave it out"));
}

function adjustmentIssues(direction: ScalingDirection, rule: ScalingRule, report: Report): ValidationIssue[] {
  const [step] = stepsOf(direction, rule);
  return isOfSign(direction, step?.adjustment) ? [] : [signIssue("adjustment", step?.adjustment, direction, report)];
}

function stepIssues(
  direction: ScalingDirection,
  { steps = [], policy }: ScalingRule,
  report: Report,
): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (policy?.kind === "simple") {
    wrong.push(report("steps", steps, "no steps in a simple policy", "use one 'adjustment', or kind: step"));
  }
  if (steps.length < 1 || steps.length > MOST_STEPS) {
    const expected = `1 to ${MOST_STEPS} steps`;
    wrong.push(
      report("steps", `${steps.length} steps`, expected, "this is AWS's limit; let a step cover a wider range"),
    );
  }
  return [...wrong, ...boundIssues(direction, steps, report), ...signIssues(direction, steps, report)];
}

/** Each step ends where the next one begins, so steps with rising distances can have neither gaps nor overlaps. */
function boundIssues(
  direction: ScalingDirection,
  steps: NonNullable<ScalingRule["steps"]>,
  report: Report,
): ValidationIssue[] {
  const away = (from: number): number => (direction === "out" ? from : -from);
  return steps.flatMap(({ from }, index) => {
    const property = `steps.${index}.from`;
    const previous = steps[index - 1];
    if (!previous) {
      const fix = "start at the threshold; otherwise the range in between has no step";
      return from === 0 ? [] : [report(property, from, "0, the threshold itself", fix)];
    }
    if (away(from) > away(previous.from)) return [];
    const side = direction === "out" ? "above" : "below";
    return [
      report(property, from, `${side} the previous step's ${previous.from}`, "order the steps by their distance"),
    ];
  });
}

function signIssues(
  direction: ScalingDirection,
  steps: NonNullable<ScalingRule["steps"]>,
  report: Report,
): ValidationIssue[] {
  return steps.flatMap(({ adjustment }, index) =>
    isOfSign(direction, adjustment) ? [] : [signIssue(`steps.${index}.adjustment`, adjustment, direction, report)],
  );
}

function isOfSign(direction: ScalingDirection, adjustment: number | undefined): boolean {
  return Number.isInteger(adjustment) && (direction === "out" ? Number(adjustment) > 0 : Number(adjustment) < 0);
}

function signIssue(property: string, value: unknown, direction: ScalingDirection, report: Report): ValidationIssue {
  const sign = direction === "out" ? "a positive" : "a negative";
  return report(property, value, `${sign} whole number of instances`, "change its sign");
}
