import { isRecord } from "../../common/json";
import { type Report, reportBelow, type ValidationIssue } from "../validation/issues";
import { isLater } from "../validation/outputs";
import { namespacesOf } from "./metric-math";
import { predictiveIssues } from "./predictive";
import { ruleIssues } from "./rule-validation";
import { type FoundRule, keyOf, rulesOf } from "./rules";
import type { Scaling } from "./scaling";
import { CPU_UTILISATION, SCALING_DEFAULTS, type ScalingDirection } from "./scaling-rule";
import { scheduleIssues } from "./schedule";
import { targetIssues } from "./target-tracking";

/** All mistakes in a group's scaling settings. */
export function scalingIssues(scaling: Scaling = {}, detailedMonitoring = true): ValidationIssue[] {
  const rules = rulesOf(scaling);
  return [
    ...rules.flatMap(ruleIssues),
    ...ruleNameIssues(rules),
    ...thresholdIssues(rules),
    ...(detailedMonitoring ? [] : rules.flatMap(rareDataIssues)),
    ...named("targets", scaling.targets, targetIssues),
    ...named("predictive", scaling.predictive, predictiveIssues),
    ...named("schedules", scaling.schedules, scheduleIssues),
  ];
}

/** Seconds between two samples of an instance without detailed monitoring. */
const BASIC_PERIOD = 300;

function rareDataIssues({ direction, rule, path }: FoundRule): ValidationIssue[] {
  const { metric = CPU_UTILISATION, periodSeconds = SCALING_DEFAULTS[direction].periodSeconds } = rule;
  if (!namespacesOf(metric).includes("AWS/EC2") || periodSeconds >= BASIC_PERIOD) return [];
  const expected = `${BASIC_PERIOD} or more without detailed monitoring, because EC2 then publishes metrics that rarely`;
  const fix = "raise it, or leave out 'detailedMonitoring'";
  return [{ property: `${path}.periodSeconds`, value: periodSeconds, expected, fix }];
}

/** Names of rules must be unique, and only one rule may have none. */
function ruleNameIssues(rules: readonly FoundRule[]): ValidationIssue[] {
  return rules.flatMap((found, index) => {
    const first = rules.findIndex((other) => keyOf(other) === keyOf(found));
    if (first === index) return [];
    const { ruleName: value, path } = found;
    const expected =
      value === undefined ? "a name, since another rule has none" : `a name other than ${rules[first]?.path}'s`;
    return [{ property: `${path}.name`, value, expected, fix: "name it after its metric, such as 'backlog'" }];
  });
}

/**
 * If two alarms on the same metric can fire at the same time, the group grows and shrinks forever. Alarms that are not enabled are
 * included, because they can be enabled in the console.
 */
function thresholdIssues(rules: readonly FoundRule[]): ValidationIssue[] {
  const of = (wanted: ScalingDirection) => rules.filter(({ direction }) => direction === wanted);
  return of("in").flatMap((inward) => {
    const value = thresholdOf(inward);
    const outs = of("out").filter((out) => isSameMetric(out.rule.metric, inward.rule.metric));
    const [lowest] = outs.sort((one, other) => thresholdOf(one) - thresholdOf(other));
    if (!lowest || value < thresholdOf(lowest)) return [];
    const expected = `below the threshold of '${lowest.path}' (${thresholdOf(lowest)})`;
    const fix = "leave a gap, or the group will grow and shrink forever";
    return [{ property: `${inward.path}.threshold`, value, expected, fix }];
  });
}

function thresholdOf({ direction, rule }: FoundRule): number {
  return rule.threshold ?? SCALING_DEFAULTS[direction].threshold;
}

/** Values that are known only later are equal if they are the same output. */
function isSameMetric(one: unknown = CPU_UTILISATION, other: unknown = CPU_UTILISATION): boolean {
  if (one === other) return true;
  if (!isRecord(one) || !isRecord(other) || isLater(one) || isLater(other)) return false;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.every((name) => one[name] === other[name] || isSameMetric(one[name] ?? null, other[name] ?? null));
}

function named<T>(
  kind: "targets" | "predictive" | "schedules",
  entries: Readonly<Record<string, T>> | undefined,
  mistakesOf: (entry: T, report: Report) => ValidationIssue[],
): ValidationIssue[] {
  return Object.entries(entries ?? {}).flatMap(([name, entry]) => {
    const path = `scaling.${kind}.${name}`;
    const wrong = mistakesOf(entry, reportBelow(path));
    if (/^[A-Za-z0-9-]{1,64}$/.test(name)) return wrong;
    const expected = "a name of 1 to 64 letters, digits and dashes";
    return [...wrong, { property: path, value: name, expected, fix: "choose a shorter or simpler name" }];
  });
}
