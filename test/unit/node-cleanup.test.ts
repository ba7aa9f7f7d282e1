import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { providerOf } from "../../components/group/node-cleanup";
import { projectRoot } from "../../lab/services/places";

const STATE = {
  groupName: "web",
  region: "us-east-1",
  serverUrl: "https://chef.invalid",
  operator: { name: "operator", key: { file: "/nowhere" } },
  onDestroy: "remove",
  waitSeconds: 1,
} as const;

describe("the provider of the cleanup on destroy", () => {
  it("takes another version's text in place, and is as it was without one", async () => {
    const { diff } = providerOf("");
    const judged = (text: string) => diff?.("web", STATE, { ...STATE, __provider: text } as never);
    assert.deepEqual(await judged("another"), { changes: true, replaces: [] });
    assert.deepEqual(await diff?.("web", STATE, { ...STATE }), { changes: false, replaces: [] });
  });

  it("finds the AWS SDK beside the package, where the program has none of its own, and prints what the cleanup tells", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isolated-"));
    try {
      const code = 'module.exports.cleanUp = async () => [require.resolve("@aws-sdk/client-ec2")];';
      const provider = providerOf(code);
      const { text } = await runtime.serializeFunction(() => provider);
      writeFileSync(join(folder, "provider.js"), text);
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(projectRoot, join(folder, "node_modules", "pulumi-chef-autoscaling"));
      const run = `require("./provider.js").handler().delete("web", ${JSON.stringify(STATE)})`;
      const { status, stderr } = spawnSync(process.execPath, ["-e", run], { cwd: folder, encoding: "utf8" });
      assert.ok(stderr.startsWith(`warning: ${join(projectRoot, "node_modules", "@aws-sdk")}`), stderr);
      assert.equal(status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
