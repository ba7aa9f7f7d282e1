import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { provider } from "../../components/rollout/rollout";
import { projectRoot } from "../../lab/services/places";

const STATE = {
  groupName: "web",
  region: "us-east-1",
  version: "1",
  packageVersion: "1.2.3",
  program: "node_modules/pulumi-chef-autoscaling/dist/providers/rollout.js",
};

/** Stands in for the built file: reports its arguments, and where its SDK is. */
const CODE = `
module.exports = {
  rollOut: async (state, say) => (say(require.resolve("@aws-sdk/client-auto-scaling")), { ...state, savedVersion: "1" }),
  difference: (olds, news) => ({ changes: olds.version !== news.version, replaces: [] }),
  readBack: async (state) => (state.groupName === "gone" ? undefined : { ...state, version: "9" }),
  stopRollout: async (state, say) => say("stopped " + state.groupName),
};`;

describe("the rollout's provider in Pulumi's state", () => {
  const folder = mkdtempSync(join(tmpdir(), "isolated-"));
  const installed = join(folder, "node_modules", "pulumi-chef-autoscaling");
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    const { text } = await runtime.serializeFunction(() => provider);
    assert.ok(text.length < 9_000, `${text.length} characters stand in the state`);
    writeFileSync(join(folder, "provider.js"), text);
    const built = join(installed, "dist", "providers");
    mkdirSync(built, { recursive: true });
    writeFileSync(join(built, "rollout.js"), CODE);
    symlinkSync(join(projectRoot, "node_modules"), join(installed, "node_modules"));
  });

  function start(call: string) {
    const code = `Promise.resolve(require("./provider.js").handler().${call}).then((it) => console.log(JSON.stringify(it ?? null)))`;
    return spawnSync(process.execPath, ["-e", code], { cwd: folder, encoding: "utf8" });
  }

  function run(call: string): { said: string[]; answer: unknown } {
    const { status, stdout, stderr } = start(call);
    assert.equal(status, 0, stderr);
    const lines = stdout.trim().split("\n");
    return { said: lines.slice(0, -1), answer: JSON.parse(lines.at(-1) ?? "null") };
  }
  const state = JSON.stringify(STATE);

  it("creates and updates with the SDK of the installed package, and prints progress", () => {
    const sdk = join(realpathSync(join(projectRoot, "node_modules")), "@aws-sdk");
    const made = run(`create(${state})`);
    assert.ok(made.said[0]?.startsWith(sdk), made.said[0]);
    assert.deepEqual(made.answer, { id: "web", outs: { ...STATE, savedVersion: "1" } });
    assert.deepEqual(run(`update("web", ${state}, ${state})`).answer, { outs: { ...STATE, savedVersion: "1" } });
  });

  it("reads the state in AWS, and that a group is gone", () => {
    const read = { ...STATE, version: "9" };
    assert.deepEqual(run(`read("web", ${state})`).answer, { id: "web", props: read, inputs: read });
    assert.deepEqual(run(`read("web", { ...${state}, groupName: "gone" })`).answer, {});
  });

  it("detects differences, and stops a running refresh on delete", () => {
    assert.deepEqual(run(`diff("web", ${state}, { ...${state}, version: "2" })`).answer, {
      changes: true,
      replaces: [],
    });
    assert.deepEqual(run(`delete("web", ${state})`).said, ["stopped web"]);
  });

  it("finds the package where it is installed now, and says what to do if it is not", () => {
    const moved = JSON.stringify({ ...STATE, program: "../elsewhere/dist/providers/rollout.js" });
    assert.deepEqual(run(`delete("web", ${moved})`).said, ["stopped web"]);
    rmSync(join(installed, "dist"), { recursive: true });
    const { status, stderr } = start(`delete("web", ${moved})`);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /rolls out the group "web", is not installed in .*; install it there again \(it was version 1\.2\.3\)/,
    );
  });
});
