import { type Report, reportBelow, type ValidationIssue } from "../validation/issues";
import { ruleIssues } from "./rule-validation";
import type { Scaling } from "./scaling";
import { CPU_UTILISATION, SCALING_DEFAULTS } from "./scaling-rule";
import { scheduleIssues } from "./schedule";
import { targetIssues } from "./target-tracking";

/** All that is wrong with what scales a group. */
export function scalingIssues(scaling: Scaling = {}, detailedMonitoring = true): ValidationIssue[] {
  return [
    ...(["out", "in"] as const).flatMap((direction) => {
      const rule = scaling[direction];
      return rule ? ruleIssues(direction, rule) : [];
    }),
    ...thresholdIssues(scaling),
    ...(detailedMonitoring ? [] : rareDataIssues(scaling)),
    ...named("targets", scaling.targets, targetIssues),
    ...named("schedules", scaling.schedules, scheduleIssues),
  ];
}

/** Seconds between two samples of an instance without detailed monitoring. */
const BASIC_PERIOD = 300;

function rareDataIssues(scaling: Scaling): ValidationIssue[] {
  return (["out", "in"] as const).flatMap((direction) => {
    const { metric = CPU_UTILISATION, periodSeconds = SCALING_DEFAULTS[direction].periodSeconds } =
      scaling[direction] ?? {};
    if (!scaling[direction] || metric.namespace !== "AWS/EC2" || periodSeconds >= BASIC_PERIOD) return [];
    const expected = `${BASIC_PERIOD} or more without detailed monitoring, since EC2 measures that rarely`;
    const fix = "raise it, or leave 'detailedMonitoring' out";
    return [{ property: `scaling.${direction}.periodSeconds`, value: periodSeconds, expected, fix }];
  });
}

/** Two alarms on one metric that can both fire make the group grow and shrink for ever. */
function thresholdIssues({ out, in: inward }: Scaling): ValidationIssue[] {
  if (!out || !inward || !isSameMetric(out.metric, inward.metric)) return [];
  const high = out.threshold ?? SCALING_DEFAULTS.out.threshold;
  const low = inward.threshold ?? SCALING_DEFAULTS.in.threshold;
  if (low < high) return [];
  const expected = `below the threshold of 'scaling.out' (${high})`;
  const fix = "leave a gap, or the group grows and shrinks for ever";
  return [{ property: "scaling.in.threshold", value: low, expected, fix }];
}

function isSameMetric(one = CPU_UTILISATION, other = CPU_UTILISATION): boolean {
  if (one.namespace !== other.namespace || one.metricName !== other.metricName) return false;
  const [these, those] = [Object.entries(one.dimensions ?? {}), Object.entries(other.dimensions ?? {})];
  // What is known only later is the same where it is the same output
  return these.length === those.length && these.every(([name, value]) => other.dimensions?.[name] === value);
}

function named<T>(
  kind: "targets" | "schedules",
  entries: Readonly<Record<string, T>> | undefined,
  mistakesOf: (entry: T, report: Report) => ValidationIssue[],
): ValidationIssue[] {
  return Object.entries(entries ?? {}).flatMap(([name, entry]) => {
    const path = `scaling.${kind}.${name}`;
    const wrong = mistakesOf(entry, reportBelow(path));
    if (/^[A-Za-z0-9-]{1,64}$/.test(name)) return wrong;
    const expected = "a name of 1 to 64 letters, digits and dashes";
    return [...wrong, { property: path, value: name, expected, fix: "choose a shorter or plainer name" }];
  });
}
