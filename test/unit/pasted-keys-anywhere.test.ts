import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { parse } from "yaml";
import { groupIssues } from "../../components/group/group-validation";
import { imageIssues } from "../../components/image/image-validation";
import { raise, type ValidationIssue } from "../../components/validation/issues";
import { isLater } from "../../components/validation/outputs";
import { projectRoot } from "../../lab/services/places";
import { readConfig } from "../../stacks/config";
import { CHEF } from "../helpers/arguments";
import { pastedKey, repeats } from "../helpers/key-forms";
import { soundArguments } from "../helpers/sound-arguments";

type Path = readonly string[];

/** Paths of all objects, lists and other values in a value. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || isLater(value)) return [path];
  const below = Object.entries(value).flatMap(([name, member]) => pathsIn(member, [...path, name]));
  return path.length === 0 ? below : [path, ...below];
}

/** Returns a copy with another value at a path. */
function replaced(value: unknown, [name, ...rest]: Path, other: unknown): unknown {
  if (name === undefined) return other;
  const entries = Object.entries(value as object).map(([key, member]) => [
    key,
    key === name ? replaced(member, rest, other) : member,
  ]);
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

/** A value with a key at any of its places, the key as it was pasted, and the path. */
function pastedInto(whole: fc.Arbitrary<object>): fc.Arbitrary<readonly [object, string, string]> {
  return whole.chain((value) =>
    fc.tuple(fc.constantFrom(...pathsIn(value)), pastedKey(), fc.boolean()).map(([path, key, isName]) => {
      const put = isName ? { [key]: "x" } : key;
      return [replaced(value, path, put) as object, key, path.join(".")] as const;
    }),
  );
}

function refused(check: (given: object) => void) {
  return ([given, key, path]: readonly [object, string, string]): void => {
    let said: string | undefined;
    try {
      check(given);
    } catch (error) {
      said = (error as Error).message;
    }
    assert.ok(said !== undefined, `it was accepted as ${path}`);
    assert.match(said, /expected the place where the key is stored|replace the key itself/, path);
    assert.ok(!repeats(said, key), `it is repeated: ${said}`);
  };
}

const raising = (issues: (given: never) => ValidationIssue[]) => (given: object) => raise("It", issues(given as never));

const IMAGE = {
  imageName: "base",
  instanceType: "t3.small",
  baseImage: { nameFilter: "debian-12-*", owners: ["136693071363"] },
  chef: CHEF,
  runList: ["recipe[base]"],
  attributes: { db: { host: "db.internal" } },
  tags: { team: "web" },
  files: { "/opt/cookbooks": "cookbooks" },
  keep: { count: 2 },
};

describe("a private key pasted anywhere", () => {
  it("into a group's arguments is refused, and not repeated", () => {
    fc.assert(fc.property(pastedInto(soundArguments() as fc.Arbitrary<object>), refused(raising(groupIssues))), {
      numRuns: 400,
    });
  });

  it("into an image's arguments is refused, and not repeated", () => {
    fc.assert(fc.property(pastedInto(fc.constant(IMAGE)), refused(raising(imageIssues))), { numRuns: 200 });
  });

  it("into the stack's configuration is refused, and not repeated", () => {
    const text = readFileSync(join(projectRoot, "Pulumi.staging.yaml"), "utf8");
    const { config } = parse(text) as { config: Record<string, unknown> };
    const own = Object.entries(config).filter(([key]) => key.startsWith("chef-autoscaling:"));
    const values = Object.fromEntries(own.map(([key, value]) => [key.replace("chef-autoscaling:", ""), value]));
    const whole = fc.constant<object>({ ...values, permissionsBoundary: "arn:aws:iam::123456789012:policy/x" });
    const read = (given: object) => {
      const texts = Object.entries(given).map(([key, value]) => [
        `fleet:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      pulumi.runtime.setAllConfig(Object.fromEntries(texts));
      readConfig(new pulumi.Config("fleet"));
    };
    fc.assert(fc.property(pastedInto(whole), refused(read)), { numRuns: 4000 });
  });
});
