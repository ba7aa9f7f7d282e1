import type { Mistake } from "../mistakes";
import type { Scaling } from "./index";
import { SCALING_DEFAULTS, type ScalingDirection, type ScalingRule, stepsOf } from "./scaling-rule";
import type { Schedule } from "./schedule";
import type { TargetTracking } from "./target-tracking";

const MOST_STEPS = 40;
const MOST_WARMUP_SECONDS = 86_400;

/** All that is wrong with what scales a group. */
export function scalingMistakes(scaling: Scaling = {}): Mistake[] {
  return [
    ...(["out", "in"] as const).flatMap((direction) => {
      const rule = scaling[direction];
      return rule ? ruleMistakes(direction, rule) : [];
    }),
    ...thresholdMistakes(scaling),
    ...named("targets", scaling.targets, targetMistakes),
    ...named("schedules", scaling.schedules, scheduleMistakes),
  ];
}

type Report = (property: string, value: unknown, expected: string, wayOut: string) => Mistake;

function reportBelow(path: string): Report {
  return (property, value, expected, wayOut) => ({ property: `${path}.${property}`, value, expected, wayOut });
}

/** Two alarms on one metric that can both fire make the group grow and shrink for ever. */
function thresholdMistakes({ out, in: inward }: Scaling): Mistake[] {
  if (!out || !inward || JSON.stringify(out.metric) !== JSON.stringify(inward.metric)) return [];
  const high = out.threshold ?? SCALING_DEFAULTS.out.threshold;
  const low = inward.threshold ?? SCALING_DEFAULTS.in.threshold;
  if (low < high) return [];
  const expected = `below the threshold of 'scaling.out' (${high})`;
  const wayOut = "leave a gap, or the group grows and shrinks for ever";
  return [{ property: "scaling.in.threshold", value: low, expected, wayOut }];
}

function ruleMistakes(direction: ScalingDirection, rule: ScalingRule): Mistake[] {
  const report = reportBelow(`scaling.${direction}`);
  return [
    ...alarmMistakes(direction, rule, report),
    ...policyMistakes(rule, report),
    ...(rule.steps ? stepMistakes(direction, rule, report) : adjustmentMistakes(direction, rule, report)),
  ];
}

function alarmMistakes(direction: ScalingDirection, rule: ScalingRule, report: Report): Mistake[] {
  const defaults = SCALING_DEFAULTS[direction];
  const { periodSeconds = defaults.periodSeconds, evaluationPeriods = defaults.evaluationPeriods } = rule;
  const { datapointsToAlarm = evaluationPeriods } = rule;
  const wrong: Mistake[] = [];
  if (![10, 20, 30].includes(periodSeconds) && (periodSeconds < 60 || periodSeconds % 60 !== 0)) {
    wrong.push(report("periodSeconds", periodSeconds, "10, 20, 30 or a multiple of 60", "take 60 for metrics of AWS"));
  }
  if (!isCount(evaluationPeriods)) {
    wrong.push(report("evaluationPeriods", evaluationPeriods, "a whole number, 1 or more", "take at least one period"));
  }
  if (!isCount(datapointsToAlarm) || datapointsToAlarm > evaluationPeriods) {
    const expected = `between 1 and ${evaluationPeriods}`;
    wrong.push(report("datapointsToAlarm", datapointsToAlarm, expected, "lower it or look at more periods"));
  }
  if (rule.statistic?.startsWith("p") && !/^p(\d{1,2}(\.\d{1,10})?|100)$/.test(rule.statistic)) {
    wrong.push(report("statistic", rule.statistic, "a percentile from p0 to p100", "write it as p95 or p99.9"));
  }
  return wrong;
}

function policyMistakes({ policy }: ScalingRule, report: Report): Mistake[] {
  const seconds = (name: string, value: number | undefined): Mistake[] =>
    value === undefined || (Number.isInteger(value) && value >= 0 && value <= MOST_WARMUP_SECONDS)
      ? []
      : [report(`policy.${name}`, value, `0 to ${MOST_WARMUP_SECONDS} seconds`, "300 is a good beginning")];
  if (policy?.kind === "simple") return seconds("cooldownSeconds", policy.cooldownSeconds);
  return policy && "warmupSeconds" in policy ? seconds("warmupSeconds", policy.warmupSeconds) : [];
}

function adjustmentMistakes(direction: ScalingDirection, rule: ScalingRule, report: Report): Mistake[] {
  const [step] = stepsOf(direction, rule);
  return isOfSign(direction, step?.adjustment) ? [] : [signMistake("adjustment", step?.adjustment, direction, report)];
}

function stepMistakes(direction: ScalingDirection, { steps = [], policy }: ScalingRule, report: Report): Mistake[] {
  const wrong: Mistake[] = [];
  if (policy?.kind === "simple") {
    wrong.push(report("steps", steps, "no steps in a simple policy", "take one 'adjustment', or kind: step"));
  }
  if (steps.length < 1 || steps.length > MOST_STEPS) {
    const expected = `1 to ${MOST_STEPS} steps`;
    wrong.push(report("steps", `${steps.length} steps`, expected, "AWS takes no more; let a step cover a wider range"));
  }
  return [...wrong, ...boundMistakes(direction, steps, report), ...signMistakes(direction, steps, report)];
}

/** Each step ends where the next begins, so distances that grow from zero can neither gap nor overlap. */
function boundMistakes(
  direction: ScalingDirection,
  steps: NonNullable<ScalingRule["steps"]>,
  report: Report,
): Mistake[] {
  const away = (from: number): number => (direction === "out" ? from : -from);
  return steps.flatMap(({ from }, index) => {
    const property = `steps.${index}.from`;
    const previous = steps[index - 1];
    if (!previous) {
      const wayOut = "begin at the threshold, or the range between is nobody's";
      return from === 0 ? [] : [report(property, from, "0, the threshold itself", wayOut)];
    }
    if (away(from) > away(previous.from)) return [];
    const side = direction === "out" ? "above" : "below";
    return [
      report(property, from, `${side} the previous step's ${previous.from}`, "order the steps by their distance"),
    ];
  });
}

function signMistakes(
  direction: ScalingDirection,
  steps: NonNullable<ScalingRule["steps"]>,
  report: Report,
): Mistake[] {
  return steps.flatMap(({ adjustment }, index) =>
    isOfSign(direction, adjustment) ? [] : [signMistake(`steps.${index}.adjustment`, adjustment, direction, report)],
  );
}

function isOfSign(direction: ScalingDirection, adjustment: number | undefined): boolean {
  return Number.isInteger(adjustment) && (direction === "out" ? Number(adjustment) > 0 : Number(adjustment) < 0);
}

function signMistake(property: string, value: unknown, direction: ScalingDirection, report: Report): Mistake {
  const sign = direction === "out" ? "a positive" : "a negative";
  return report(property, value, `${sign} whole number of instances`, "turn its sign");
}

function named<T>(
  kind: "targets" | "schedules",
  entries: Readonly<Record<string, T>> | undefined,
  mistakesOf: (entry: T, report: Report) => Mistake[],
): Mistake[] {
  return Object.entries(entries ?? {}).flatMap(([name, entry]) => {
    const path = `scaling.${kind}.${name}`;
    const wrong = mistakesOf(entry, reportBelow(path));
    if (/^[A-Za-z0-9-]{1,64}$/.test(name)) return wrong;
    const expected = "a name of 1 to 64 letters, digits and dashes";
    return [...wrong, { property: path, value: name, expected, wayOut: "choose a shorter or plainer name" }];
  });
}

function targetMistakes({ target, warmupSeconds }: TargetTracking, report: Report): Mistake[] {
  const wrong: Mistake[] = [];
  if (!Number.isFinite(target) || target <= 0) {
    wrong.push(report("target", target, "a value above 0 in the metric's unit", "for CPU, 50 is a good beginning"));
  }
  if (warmupSeconds !== undefined && (!Number.isInteger(warmupSeconds) || warmupSeconds < 0)) {
    wrong.push(report("warmupSeconds", warmupSeconds, "0 or more seconds", "leave it out for the group's own"));
  }
  return wrong;
}

function scheduleMistakes(schedule: Schedule, report: Report): Mistake[] {
  const { min, max, desired, recurrence, startTime, endTime, timeZone } = schedule;
  const wrong = [...sizeMistakes({ min, max, desired }, report)];
  if (recurrence === undefined && startTime === undefined) {
    wrong.push(report("recurrence", undefined, "'recurrence' or 'startTime'", "say when, as '0 8 * * 1-5'"));
  }
  if (recurrence !== undefined && recurrence.trim().split(/\s+/).length !== 5) {
    wrong.push(report("recurrence", recurrence, "five cron fields", "write minute hour day month weekday"));
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    wrong.push(report("timeZone", timeZone, "an IANA time zone", "write it as Europe/Paris"));
  }
  for (const [name, value] of Object.entries({ startTime, endTime })) {
    if (value === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) continue;
    wrong.push(report(name, value, "a moment in UTC", "write it as 2030-01-31T08:00:00Z"));
  }
  return wrong;
}

function sizeMistakes(sizes: Record<"min" | "max" | "desired", number | undefined>, report: Report): Mistake[] {
  const { min = 0, max = Number.POSITIVE_INFINITY, desired } = sizes;
  const given = Object.entries(sizes).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    return [report("min", undefined, "at least one of 'min', 'max', 'desired'", "say what it changes")];
  }
  const wrong = given
    .filter(([, value]) => !Number.isInteger(value) || Number(value) < 0)
    .map(([name, value]) => report(name, value, "a whole number of instances, 0 or more", "give a count"));
  if (min > max) wrong.push(report("min", min, `at most 'max' (${max})`, "lower min or raise max"));
  if (desired !== undefined && (desired < min || desired > max)) {
    wrong.push(report("desired", desired, `between 'min' (${min}) and 'max' (${max})`, "move it between them"));
  }
  return wrong;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
