import { type Mistake, type Report, reportBelow } from "../validation/mistakes";
import { ruleMistakes } from "./rule-validation";
import type { Scaling } from "./scaling";
import { CPU_UTILISATION, SCALING_DEFAULTS } from "./scaling-rule";
import { scheduleMistakes } from "./schedule";
import { targetMistakes } from "./target-tracking";

/** All that is wrong with what scales a group. */
export function scalingMistakes(scaling: Scaling = {}, detailedMonitoring = true): Mistake[] {
  return [
    ...(["out", "in"] as const).flatMap((direction) => {
      const rule = scaling[direction];
      return rule ? ruleMistakes(direction, rule) : [];
    }),
    ...thresholdMistakes(scaling),
    ...(detailedMonitoring ? [] : rareDataMistakes(scaling)),
    ...named("targets", scaling.targets, targetMistakes),
    ...named("schedules", scaling.schedules, scheduleMistakes),
  ];
}

/** Seconds between two samples of an instance without detailed monitoring. */
const BASIC_PERIOD = 300;

function rareDataMistakes(scaling: Scaling): Mistake[] {
  return (["out", "in"] as const).flatMap((direction) => {
    const { metric = CPU_UTILISATION, periodSeconds = SCALING_DEFAULTS[direction].periodSeconds } =
      scaling[direction] ?? {};
    if (!scaling[direction] || metric.namespace !== "AWS/EC2" || periodSeconds >= BASIC_PERIOD) return [];
    const expected = `${BASIC_PERIOD} or more without detailed monitoring, since EC2 measures that rarely`;
    const wayOut = "raise it, or leave 'detailedMonitoring' out";
    return [{ property: `scaling.${direction}.periodSeconds`, value: periodSeconds, expected, wayOut }];
  });
}

/** Two alarms on one metric that can both fire make the group grow and shrink for ever. */
function thresholdMistakes({ out, in: inward }: Scaling): Mistake[] {
  if (!out || !inward || !isSameMetric(out.metric, inward.metric)) return [];
  const high = out.threshold ?? SCALING_DEFAULTS.out.threshold;
  const low = inward.threshold ?? SCALING_DEFAULTS.in.threshold;
  if (low < high) return [];
  const expected = `below the threshold of 'scaling.out' (${high})`;
  const wayOut = "leave a gap, or the group grows and shrinks for ever";
  return [{ property: "scaling.in.threshold", value: low, expected, wayOut }];
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
