import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Lab } from "../services/lab";
import { projectRoot } from "../services/places";
import type { StoryOptions } from "./options";

/** Configuration, or a part of it that is laid over another. */
export interface ConfigPart {
  readonly [key: string]: string | number | boolean | null | ConfigPart | readonly (string | ConfigPart)[];
}

/** The stack of the lab: what it is called and where its configuration is. */
export const stackName = "staging";
const project = "chef-autoscaling";

/** The configuration of the stack as the lab plays it: Pulumi.staging.yaml with the lab's own settings laid over it. */
export function stagingConfig(lab: Lab, options: StoryOptions): ConfigPart {
  const { config } = parse(readFileSync(join(projectRoot, `Pulumi.${stackName}.yaml`), "utf8")) as {
    config: ConfigPart;
  };
  return laidOver(config, inNamespace({ chef: chefSettings(lab, options), ...compressed(options) }));
}

/** Writes the stack's configuration file and returns it: `config` with `changes` (keys without the project's name) over it. */
export function writeStackFile(file: string, config: ConfigPart, changes: ConfigPart = {}): ConfigPart {
  const changed = laidOver(config, inNamespace(changes));
  writeFileSync(file, stringify({ config: changed }));
  return changed;
}

/** One value of the stack's own configuration. */
export function settingOf(config: ConfigPart, ...path: readonly string[]): unknown {
  const [first, ...rest] = path;
  return rest.reduce<unknown>((value, key) => (isPart(value) ? value[key] : undefined), config[`${project}:${first}`]);
}

/** Chef's own client runs only where its license is accepted, Cinc's asks for none. */
function chefSettings({ chefUrl, keys: { validator, operator } }: Lab, { chefClient }: StoryOptions): ConfigPart {
  return {
    ...(chefClient?.distribution === "chef" && { license: "accept" }),
    serverUrl: chefUrl,
    validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
    operator: { name: operator.name, key: { ssmParameter: operator.parameter } },
  };
}

/**
 * A minute of the emulator's alarms takes ten seconds. One instance is the least, so that the load inside it is the
 * group's average, and two are the most, so that the group grows by exactly one. The thresholds are low, because a machine
 * that is busy otherwise leaves the load only a part of its cores; an idle instance uses about one percent.
 */
function compressed({ reaper }: StoryOptions): ConfigPart {
  const out = { threshold: 25, evaluationPeriods: 1, policy: { kind: "step", warmupSeconds: 5 } };
  const scaleIn = { threshold: 10, evaluationPeriods: 1 };
  return {
    bake: { onDestroy: "delete" },
    groups: {
      web: {
        min: 1,
        max: 2,
        scaling: { out, in: scaleIn },
        rollout: { instanceWarmupSeconds: 1, maxFailedInstances: 0 },
        reaper: reaper === "worker" ? { mode: reaper } : { absenceGraceSeconds: 10 },
      },
    },
  };
}

function inNamespace(part: ConfigPart): ConfigPart {
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [`${project}:${key}`, value]));
}

/** Maps are merged, everything else is replaced. */
function laidOver(below: ConfigPart, above: ConfigPart): ConfigPart {
  const merged = Object.entries(above).map(([key, value]) => {
    const under = below[key];
    return [key, isPart(value) && isPart(under) ? laidOver(under, value) : value];
  });
  return { ...below, ...Object.fromEntries(merged) };
}

function isPart(value: unknown): value is ConfigPart {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
