import * as pulumi from "@pulumi/pulumi";
import { inWords, raise, type ValidationIssue } from "../components/validation/issues";
import { pastedKeys } from "../components/validation/pasted-keys";
import { mistakesOf, unreadKeys } from "./config-issues";
import { fleetIssues } from "./fleet";
import { type FleetConfig, fleetSchema } from "./schema";

/**
 * The stack's configuration, typed; mistakes are raised together, those of its shape before all others.
 *
 * @throws RunError which names each key, what it holds, what was expected and the way out
 */
export function readConfig(config = new pulumi.Config()): FleetConfig {
  const raw = {
    imageId: objectOf(config, "imageId"),
    imageFrom: objectOf(config, "imageFrom"),
    preflight: config.getBoolean("preflight"),
    permissionsBoundary: objectOf(config, "permissionsBoundary"),
    chef: objectOf(config, "chef"),
    bake: objectOf(config, "bake"),
    groups: objectOf(config, "groups"),
  };
  const subject = `Configuration of stack "${pulumi.getStack()}"`;
  raise(subject, pastedKeys(raw, ""));
  const parsed = fleetSchema.safeParse(raw);
  raise(subject, [
    ...unreadKeys(config.name),
    ...(parsed.success ? [...imageIssues(parsed.data), ...fleetIssues(parsed.data)] : mistakesOf(parsed.error, raw)),
  ]);
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

function imageIssues({ imageId, imageFrom, bake, groups }: FleetConfig): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!imageId && !imageFrom && !bake) {
    const fix = "describe a bake, name the stack that bakes, or give a ready image with -c imageId=ami-…";
    wrong.push({ property: "bake", value: undefined, expected: "'bake', 'imageFrom' or 'imageId'", fix });
  }
  if (imageFrom && bake) {
    const expected = "either 'bake' or 'imageFrom'";
    wrong.push({
      property: "imageFrom",
      value: inWords("given"),
      expected,
      fix: "let one stack bake, and leave the other out",
    });
  }
  if (Object.keys(groups).length === 0 && (imageId || !bake)) {
    const expected = "at least one group, or a 'bake' alone";
    wrong.push({ property: "groups", value: groups, expected, fix: "name a group and its type" });
  }
  return wrong;
}
