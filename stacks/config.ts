import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { type Mistake, raise } from "../components/mistakes";
import { fleetMistakes } from "./fleet";
import { type FleetConfig, fleetSchema } from "./schema";

/**
 * The stack's configuration, typed; mistakes are raised together, those of its shape before all others.
 *
 * @throws RunError which names each key, what it holds, what was expected and the way out
 */
export function readConfig(config = new pulumi.Config()): FleetConfig {
  const raw = {
    imageId: config.get("imageId"),
    imageFrom: objectOf(config, "imageFrom"),
    preflight: config.getBoolean("preflight"),
    permissionsBoundary: config.get("permissionsBoundary"),
    chef: objectOf(config, "chef"),
    bake: objectOf(config, "bake"),
    groups: objectOf(config, "groups"),
  };
  const parsed = fleetSchema.safeParse(raw);
  raise(
    `Configuration of stack "${pulumi.getStack()}"`,
    parsed.success ? [...imageMistakes(parsed.data), ...fleetMistakes(parsed.data)] : mistakesOf(parsed.error, raw),
  );
  return parsed.data as FleetConfig;
}

/** What is no JSON is taken as the text it is: Pulumi's own error would print it, and it may be a key. */
function objectOf(config: pulumi.Config, key: string): unknown {
  try {
    return config.getObject(key);
  } catch {
    return config.get(key);
  }
}

function imageMistakes({ imageId, imageFrom, bake, groups }: FleetConfig): Mistake[] {
  const wrong: Mistake[] = [];
  if (!imageId && !imageFrom && !bake) {
    const wayOut = "describe a bake, name the stack that bakes, or give a ready image with -c imageId=ami-…";
    wrong.push({ property: "bake", value: undefined, expected: "'bake', 'imageFrom' or 'imageId'", wayOut });
  }
  if (imageFrom && bake) {
    const expected = "either 'bake' or 'imageFrom'";
    wrong.push({
      property: "imageFrom",
      value: imageFrom,
      expected,
      wayOut: "let one stack bake, and leave the other out",
    });
  }
  if (Object.keys(groups).length === 0) {
    wrong.push({
      property: "groups",
      value: groups,
      expected: "at least one group",
      wayOut: "name a group and its type",
    });
  }
  return wrong;
}

/** Keys that there were, and what says it now. */
const MOVED: Readonly<Record<string, string>> = {
  "bake.chefLicense": "say it as 'chef.license', which holds for the bake and for every instance",
};

function mistakesOf(error: z.ZodError, raw: unknown): Mistake[] {
  return error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[], expected: string, wayOut: string): Mistake => ({
      property: path.join("."),
      value: path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw),
      expected,
      wayOut,
    });
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        return at(path, "no such key", MOVED[path.join(".")] ?? "docs/configuration.md lists them all");
      });
    }
    const expected = issue.message.replace(/^Invalid input: expected (.*), received .*/, "a $1");
    return [at(issue.path, expected, `set it in Pulumi.${pulumi.getStack()}.yaml`)];
  });
}
