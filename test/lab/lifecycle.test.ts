import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { RunRecord } from "../../lab/report/run-record";
import { commandLines } from "../../lab/services/command-lines";
import { projectRoot } from "../../lab/services/places";

const stepNames = [
  "services",
  "policy",
  "bake",
  "up",
  "boot",
  "scale out",
  "scale in",
  "reap",
  "bad boot",
  "new image",
  "secrets",
  "destroy",
];

const tenMinutes = 600_000;

for (const reaper of ["lambda", "worker"] as const) {
  describe(`the life cycle of a fleet with the ${reaper} reaper`, function () {
    this.timeout(tenMinutes);
    const folder = mkdtempSync(join(tmpdir(), "lifecycle-"));
    after(() => rmSync(folder, { recursive: true }));
    let record: RunRecord;

    before(async () => {
      record = await playLab(reaper, join(folder, "report.html"));
    });

    it("succeeds in every step", () => {
      const failed = record.steps.filter((step) => !step.held).map(({ name, figure }) => `${name}: ${figure}`);
      assert.deepEqual(failed, []);
      assert.deepEqual(
        record.steps.map((step) => step.name),
        stepNames,
      );
      assert.equal(record.held, true);
    });

    it("recorded the growing and shrinking group with its nodes, and the queue", () => {
      const seen = (key: "instances" | "nodes" | "queue") => new Set(record.samples.map((sample) => sample[key]));
      assert.ok(seen("instances").has(1) && seen("instances").has(2), "the group never had one and two instances");
      assert.ok(seen("nodes").has(0) && seen("nodes").has(2), "the Chef server never had no and two nodes");
      // The step "scale in" proves that a message waits in the queue: that may be shorter than the second between two samples.
      assert.ok(seen("queue").has(0), "the queue was never looked at");
      assert.ok(Math.max(...record.samples.map((sample) => sample.cpu ?? 0)) >= 25, "the CPU was never loaded");
    });

    it("leaves no process behind", () => {
      assert.deepEqual(
        commandLines().filter((line) => line.includes(record.runDir)),
        [],
      );
    });

    it("writes the report", () => {
      assert.match(readFileSync(join(folder, "report.html"), "utf8"), /every step held/);
    });
  });
}

/** Runs the lab as a user does, with the engine that is always available, and returns its record. */
async function playLab(reaper: string, report: string): Promise<RunRecord> {
  const options = ["--engine", "in-process", "--reaper", reaper, "--report", report];
  const lab = spawn(process.execPath, ["--import", "tsx", "lab/main.ts", ...options], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, errors, [code]] = await Promise.all([text(lab.stdout), text(lab.stderr), once(lab, "exit")]);
  assert.equal(code, 0, `the lab ended ${code}:\n${out}\n${errors}`);
  const [runDir] = out.match(/\.lab\/runs\/[^\s/]+/) ?? [];
  assert.ok(runDir, `the lab did not name its run's folder:\n${out}`);
  return JSON.parse(readFileSync(join(projectRoot, runDir, "run.json"), "utf8")) as RunRecord;
}
