import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives a run of mocha its own folder for temporary files: its tests do not see what other runs and bakes on this machine have left
 * in the shared one, and what its tests leave behind fails the run. Loaded before the test files, see .mocharc.json.
 */
const folder = mkdtempSync(join(tmpdir(), "mocha-"));
process.env.TMPDIR = folder;
const environment = process.env;
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/**
 * What may be left: caches of tsx, ts-node and Node.js itself; goiardi's first keys and the built pack, which are removed when this
 * process exits; and what a Pulumi CLI that a test has killed cannot remove.
 */
const KEPT = /^(tsx-|ts-node-|node-compile-cache$|goiardi-fresh-|built-pack-|pulumi-node-pipes)/;

export const mochaHooks = {
  beforeAll(this: Mocha.Context): void {
    // Added only now, so that it runs after the files' own clean-up at the end of all suites.
    this.test?.parent?.afterAll("temporary files", () => {
      const left = readdirSync(folder).filter((name) => !KEPT.test(name));
      assert.deepEqual(left, [], `left in ${folder} by tests`);
      assert.equal(
        process.env,
        environment,
        "a test put another object in the place of process.env: see keptEnvironment",
      );
    });
  },
};
