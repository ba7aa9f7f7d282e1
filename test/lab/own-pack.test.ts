import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Pack } from "../policy/pack";
import { brokenStacks, resourcesOf, soundStack } from "../policy/stack";
import { installPacked } from "./packed-package";

/** A team's pack that takes these rules from npm: all of them, one by its name with another level, and one of its own. */
const PROGRAM = `
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import * as aws from "@pulumi/aws";
import { noPublicAddress, rules } from "pulumi-chef-autoscaling/policy";

const others = rules.filter((rule) => rule !== noPublicAddress);
new PolicyPack("acme", {
  policies: [
    ...others,
    { ...noPublicAddress, enforcementLevel: "mandatory" },
    {
      name: "queues-are-ours",
      description: "A queue's name begins with ours",
      enforcementLevel: "mandatory",
      validateResource: validateResourceOfType(aws.sqs.Queue, (queue, _, report) => {
        if (queue.delaySeconds === 7) report("seven");
      }),
    },
  ],
});
`;
const OPTIONS = { target: "ES2021", module: "node20", strict: true, skipLibCheck: true, noEmit: true };

describe("policy: the rules from npm, in a pack of one's own", function () {
  this.timeout(240_000);
  let folder: string;
  let pack: Pack;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "own-pack-"));
    installPacked(folder);
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write("index.ts", PROGRAM);
    write("PulumiPolicy.yaml", "runtime: nodejs\nmain: index.ts\n");
    write("package.json", JSON.stringify({ name: "acme-policy", version: "1.0.0", private: true }));
    write("tsconfig.json", JSON.stringify({ compilerOptions: OPTIONS, files: ["index.ts"] }));
    pack = await Pack.start(folder);
    await pack.configure({});
  });
  after(() => {
    pack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const mandatory = async (resources: ReturnType<typeof resourcesOf>) =>
    (await pack.judge(resources)).filter(({ level }) => level === "mandatory").map(({ rule }) => rule);

  it("type-check", () => {
    execFileSync(resolve("node_modules/.bin/tsc"), ["-p", folder, "--noEmit"], { stdio: "pipe" });
  });

  it("stop what they stop here, beside the team's own rule", async () => {
    assert.deepEqual(await mandatory(resourcesOf(soundStack())), []);
    const broken = brokenStacks().find(({ rule }) => rule === "instance-type-matches-bake");
    assert.deepEqual(await mandatory(resourcesOf(broken?.stack ?? {})), ["instance-type-matches-bake"]);
    const queue = { seven: { type: "aws:sqs/queue:Queue", props: { delaySeconds: 7, sqsManagedSseEnabled: true } } };
    assert.deepEqual(await mandatory(resourcesOf(queue)), ["queues-are-ours"]);
  });

  it("take the level that the team gives one by its name", async () => {
    const broken = brokenStacks().find(({ rule }) => rule === "no-public-address");
    assert.deepEqual(await mandatory(resourcesOf(broken?.stack ?? {})), ["no-public-address"]);
  });
});
