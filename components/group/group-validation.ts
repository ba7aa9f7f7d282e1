import type { Mistake } from "../mistakes";
import type { ScalingDirection, ScalingRule } from "../scaling/alarmed-policy";
import { SCALING_DEFAULTS } from "../scaling/alarmed-policy";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";

/** The image is somebody else's to check: its id is unknown until it is baked. */
type GroupArgs = Omit<ChefAutoScalingGroupArgs, "imageId">;

/** All that is wrong with a group's arguments, as far as they are known before anything is created. */
export function groupMistakes(args: GroupArgs): Mistake[] {
  return [
    ...nameMistakes(args),
    ...capacityMistakes(args),
    ...networkMistakes(args),
    ...convergenceMistakes(args),
    ...scalingMistakes(args),
    ...reaperMistakes(args),
  ];
}

function nameMistakes({ groupName }: GroupArgs): Mistake[] {
  // The node's name is the group's name, a dash and 19 characters of instance id, and both servers must accept it.
  if (/^[A-Za-z0-9_.-]{1,200}$/.test(groupName)) return [];
  return [
    {
      property: "groupName",
      value: groupName,
      expected: "1 to 200 letters, digits, dots, dashes or underscores",
      wayOut: "choose a name that is also a Chef node name's beginning",
    },
  ];
}

function capacityMistakes({ capacity: { min, max, desired } }: GroupArgs): Mistake[] {
  const wrong: Mistake[] = [];
  for (const [name, value] of Object.entries({ min, max, desired })) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    const expected = "a whole number of instances, 0 or more";
    wrong.push({ property: `capacity.${name}`, value, expected, wayOut: "give a count" });
  }
  if (min > max) {
    wrong.push({
      property: "capacity.min",
      value: min,
      expected: `at most 'max' (${max})`,
      wayOut: "lower min or raise max",
    });
  }
  if (desired !== undefined && (desired < min || desired > max)) {
    const expected = `between 'min' (${min}) and 'max' (${max})`;
    wrong.push({
      property: "capacity.desired",
      value: desired,
      expected,
      wayOut: "leave it out to let scaling decide",
    });
  }
  return wrong;
}

function networkMistakes({ subnetIds, availabilityZones }: GroupArgs): Mistake[] {
  if (Boolean(subnetIds) !== Boolean(availabilityZones)) return [];
  return [
    {
      property: subnetIds ? "availabilityZones" : "subnetIds",
      value: availabilityZones,
      expected: "either 'subnetIds' or 'availabilityZones'",
      wayOut: "name the subnets of your VPC, or zones of the default VPC, not both",
    },
  ];
}

function convergenceMistakes({ policyName, policyGroup, runList, environment }: GroupArgs): Mistake[] {
  if (Boolean(policyName) !== Boolean(policyGroup)) {
    const property = policyName ? "policyGroup" : "policyName";
    const expected = "'policyName' and 'policyGroup' together";
    return [{ property, value: undefined, expected, wayOut: "give both or neither" }];
  }
  if (!policyName || (!runList?.length && !environment)) return [];
  const expected = "no run list and no environment beside a policyfile";
  return [{ property: "policyName", value: policyName, expected, wayOut: "leave out 'runList' and 'environment'" }];
}

function scalingMistakes({ scaling = {} }: GroupArgs): Mistake[] {
  const wrong = (["out", "in"] as const).flatMap((direction) => {
    const rule = scaling[direction];
    return rule ? ruleMistakes(direction, rule) : [];
  });
  const { out, in: inward } = scaling;
  if (!out || !inward || JSON.stringify(out.metric) !== JSON.stringify(inward.metric)) return wrong;
  const high = out.threshold ?? SCALING_DEFAULTS.out.threshold;
  const low = inward.threshold ?? SCALING_DEFAULTS.in.threshold;
  if (low >= high) {
    const expected = `below the threshold of 'scaling.out' (${high})`;
    const wayOut = "leave a gap, or the group grows and shrinks for ever";
    wrong.push({ property: "scaling.in.threshold", value: low, expected, wayOut });
  }
  return wrong;
}

function ruleMistakes(direction: ScalingDirection, rule: ScalingRule): Mistake[] {
  const defaults = SCALING_DEFAULTS[direction];
  const { periodSeconds = defaults.periodSeconds, evaluationPeriods = defaults.evaluationPeriods } = rule;
  const { datapointsToAlarm = evaluationPeriods, adjustment = defaults.adjustment } = rule;
  const at = (property: string, value: unknown, expected: string, wayOut: string): Mistake => ({
    property: `scaling.${direction}.${property}`,
    value,
    expected,
    wayOut,
  });
  const wrong: Mistake[] = [];
  if (![10, 20, 30].includes(periodSeconds) && (periodSeconds < 60 || periodSeconds % 60 !== 0)) {
    wrong.push(at("periodSeconds", periodSeconds, "10, 20, 30 or a multiple of 60", "take 60 for metrics of AWS"));
  }
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) {
    wrong.push(at("evaluationPeriods", evaluationPeriods, "a whole number, 1 or more", "take at least one period"));
  }
  if (!Number.isInteger(datapointsToAlarm) || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    wrong.push(
      at(
        "datapointsToAlarm",
        datapointsToAlarm,
        `between 1 and ${evaluationPeriods}`,
        "lower it or look at more periods",
      ),
    );
  }
  if (!Number.isInteger(adjustment) || (direction === "out" ? adjustment <= 0 : adjustment >= 0)) {
    const sign = direction === "out" ? "a positive" : "a negative";
    wrong.push(at("adjustment", adjustment, `${sign} whole number of instances`, "turn its sign"));
  }
  return wrong;
}

function reaperMistakes({ reaper = {} }: GroupArgs): Mistake[] {
  const { timeoutSeconds, maximumConcurrency } = reaper;
  const wrong: Mistake[] = [];
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 900)) {
    const wayOut = "30 is enough for a batch of ten";
    wrong.push({ property: "reaper.timeoutSeconds", value: timeoutSeconds, expected: "1 to 900 seconds", wayOut });
  }
  if (maximumConcurrency !== undefined && (maximumConcurrency < 2 || maximumConcurrency > 1000)) {
    const wayOut = "AWS knows no smaller or larger limit for a queue's function";
    wrong.push({ property: "reaper.maximumConcurrency", value: maximumConcurrency, expected: "2 to 1000", wayOut });
  }
  return wrong;
}
