import * as pulumi from "@pulumi/pulumi";
import { argumentIssues } from "../components/validation/check-arguments";
import { inWords, raise, sentence, type ValidationIssue } from "../components/validation/issues";
import { fleetIssues } from "./fleet";
import { type FleetConfig, fleetShape } from "./fleet-config";

/**
 * The stack's configuration, typed; all mistakes are raised together.
 *
 * @throws RunError that names each key, its value, what was expected and what to do
 */
export function readConfig(config = new pulumi.Config()): FleetConfig {
  const given = { preflight: true, groups: {}, ...valuesOf(config) } as unknown as FleetConfig;
  const issues = argumentIssues(given, fleetShape, [imageIssues, ...fleetIssues]);
  raise(`Configuration of stack "${pulumi.getStack()}"`, eachOnce(issues.map(inConfiguration)));
  return given;
}

/** Every key of the namespace, including unknown ones. */
function valuesOf(config: pulumi.Config): Record<string, unknown> {
  const prefix = `${config.name}:`;
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), objectOf(config, key.slice(prefix.length))]));
}

/** A value that is not JSON is used as a string: Pulumi's own error would print it, and it may be a key. */
function objectOf(config: pulumi.Config, key: string): unknown {
  try {
    return config.getObject(key);
  } catch {
    return config.get(key);
  }
}

/** A mistake in the stack's own settings shows in the bake and in every group. */
function eachOnce(issues: readonly ValidationIssue[]): ValidationIssue[] {
  return [...new Map(issues.map((issue) => [sentence(issue), issue])).values()];
}

/** A mistake in arguments, with the names of the configuration. */
function inConfiguration(issue: ValidationIssue): ValidationIssue {
  const { value, shape } = issue;
  if (shape === undefined) return issue;
  if (shape.refuses === "name") {
    const fix = shape.advice ?? "docs/configuration.md lists all keys";
    return { ...issue, expected: "no such key", fix };
  }
  return { ...issue, value: shown(value), fix: shape.advice ?? `set it in Pulumi.${pulumi.getStack()}.yaml` };
}

/**
 * For a value with members, only its kind: the whole value would hide the relevant line, and may contain a key that was pasted by mistake.
 */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return inWords("a list");
  return typeof value === "object" && value !== null ? inWords("an object") : value;
}

function imageIssues({ imageId, imageFrom, bake, groups }: FleetConfig): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!imageId && !imageFrom && !bake) {
    const fix = "describe a bake, name the stack that bakes, or give an existing image with -c imageId=ami-…";
    wrong.push({ property: "bake", value: undefined, expected: "'bake', 'imageFrom' or 'imageId'", fix });
  }
  if (imageFrom && bake) {
    const expected = "either 'bake' or 'imageFrom'";
    wrong.push({
      property: "imageFrom",
      value: inWords("given"),
      expected,
      fix: "let one stack bake, and leave out the other",
    });
  }
  if (Object.keys(groups).length === 0 && (imageId || !bake)) {
    const expected = "at least one group, or only a 'bake'";
    wrong.push({
      property: "groups",
      value: groups,
      expected,
      fix: "define a group and its instance type, as in Pulumi.staging.yaml",
    });
  }
  return wrong;
}
