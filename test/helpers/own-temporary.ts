import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives a run of mocha a folder of its own for temporary files: what other runs and bakes of this machine left in the shared one
 * is not seen by its tests, and what its tests leave behind fails the run. Loaded before the test files, see .mocharc.json.
 */
const folder = mkdtempSync(join(tmpdir(), "mocha-"));
process.env.TMPDIR = folder;

/** What is kept on purpose: caches of tsx, ts-node and Node.js itself, and goiardi's first keys, which end with this process. */
const KEPT = /^(tsx-|ts-node-|node-compile-cache$|goiardi-fresh-)/;

export const mochaHooks = {
  afterAll(): void {
    const left = readdirSync(folder).filter((name) => !KEPT.test(name));
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(left, [], "tests have removed their temporary files");
  },
};
