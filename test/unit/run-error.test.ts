import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../../components/validation/issues";
import { projectRoot } from "../../lab/services/places";

/** Stack frames with Pulumi's source maps; with only one, Node 20 and 22 take half a minute to print the error in colors. */
const FRAME = /\n +at /;

describe("a validation error", () => {
  it("has no stack frames, so that Pulumi's trace of it takes no time", () => {
    const refused = () => refuse("It", { property: "a", value: 1, expected: "b", fix: "c" });
    assert.throws(refused, (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.doesNotMatch(String(error.stack), FRAME);
      assert.match(inspect(error, { colors: true }), /RunError: It has a mistake:\n {2}- 'a' is 1, expected b; c/);
      return true;
    });
    assert.match(String(new pulumi.RunError("as Pulumi makes it").stack), FRAME);
  });

  it("is created in one place", () => {
    const places = ["components", "stacks"].flatMap((place) =>
      readdirSync(join(projectRoot, place), { recursive: true, encoding: "utf8" }).map((name) => join(place, name)),
    );
    const made = places
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => /new (pulumi\.)?RunError\(/.test(readFileSync(join(projectRoot, file), "utf8")));
    assert.deepEqual(made, ["components/validation/run-error.ts"]);
  });
});
