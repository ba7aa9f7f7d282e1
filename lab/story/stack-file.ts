import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Lab } from "../services/lab";
import { projectRoot } from "../services/places";
import type { StoryOptions } from "./options";

/** Configuration, or a part of it that is merged over another. */
export interface ConfigPart {
  readonly [key: string]: string | number | boolean | null | ConfigPart | readonly (string | ConfigPart)[];
}

/** Name of the lab's stack and of its configuration file. */
export const stackName = "staging";
const project = "chef-autoscaling";

/** The stack's configuration in the lab: Pulumi.staging.yaml with the lab's own settings merged over it. */
export function stagingConfig(lab: Lab, options: StoryOptions): ConfigPart {
  const { config } = parse(readFileSync(join(projectRoot, `Pulumi.${stackName}.yaml`), "utf8")) as {
    config: ConfigPart;
  };
  return laidOver(config, inNamespace({ chef: chefSettings(lab, options), ...compressed(options) }));
}

/** Writes `config` with `changes` merged over it (keys without the project's name) to the stack's configuration file. @returns the result */
export function writeStackFile(file: string, config: ConfigPart, changes: ConfigPart = {}): ConfigPart {
  const changed = laidOver(config, inNamespace(changes));
  writeFileSync(file, stringify({ config: changed }));
  return changed;
}

/** One value of the stack's configuration. */
export function settingOf(config: ConfigPart, ...path: readonly string[]): unknown {
  const [first, ...rest] = path;
  return rest.reduce<unknown>((value, key) => (isPart(value) ? value[key] : undefined), config[`${project}:${first}`]);
}

/** Chef's own client runs only if its license is accepted; Cinc's needs no acceptance. */
function chefSettings({ chefUrl, keys: { validator, operator } }: Lab, { chefClient }: StoryOptions): ConfigPart {
  return {
    ...(chefClient?.distribution === "chef" && { license: "accept" }),
    serverUrl: chefUrl,
    validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
    operator: { name: operator.name, key: { ssmParameter: operator.parameter } },
  };
}

/**
 * Shortens periods and sizes for the lab, where a minute of the emulator's alarms takes ten seconds. With a minimum of one instance the
 * load in it is the group's average, and with a maximum of two the group grows by exactly one. The thresholds are low, because other work
 * on the machine leaves the load only a part of the cores; an idle instance uses about one percent.
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

/** Merges maps; replaces everything else. */
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
