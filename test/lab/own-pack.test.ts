import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pack } from "../policy/pack";
import { brokenStacks, resourcesOf, soundStack } from "../policy/stack";
import { installPacked } from "./packed-package";

describe("policy: the packaged rules in a team's own pack", function () {
  this.timeout(240_000);
  let folder: string;
  let pack: Pack;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "own-pack-"));
    installPacked(folder);
    cpSync(join(folder, "node_modules/pulumi-chef-autoscaling/examples/own-policy-pack"), folder, { recursive: true });
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "acme-policy", version: "1.0.0", private: true }),
    );
    pack = await Pack.start(folder);
    await pack.configure({});
  });
  after(() => {
    pack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const OWN = "groups-have-a-cost-center";
  const mandatory = async (resources: ReturnType<typeof resourcesOf>) =>
    (await pack.judge(resources)).filter(({ level }) => level === "mandatory").map(({ rule }) => rule);
  const ofThePackage = async (resources: ReturnType<typeof resourcesOf>) =>
    (await mandatory(resources)).filter((rule) => rule !== OWN);

  it("report the same violations as in the package's pack", async () => {
    assert.deepEqual(await ofThePackage(resourcesOf(soundStack())), []);
    const broken = brokenStacks().find(({ rule }) => rule === "instance-type-matches-bake");
    assert.deepEqual(await ofThePackage(resourcesOf(broken?.stack ?? {})), ["instance-type-matches-bake"]);
  });

  it("run together with the team's own rule", async () => {
    const group = (...tags: { key: string; value: string; propagateAtLaunch: boolean }[]) =>
      resourcesOf({ web: { type: "aws:autoscaling/group:Group", props: { minSize: 1, maxSize: 1, tags } } });
    assert.ok((await mandatory(group())).includes(OWN));
    const paid = { key: "cost-center", value: "4711", propagateAtLaunch: true };
    assert.ok(!(await mandatory(group(paid))).includes(OWN));
  });

  it("use the level that the team sets by the rule's name", async () => {
    const broken = brokenStacks().find(({ rule }) => rule === "no-public-address");
    assert.deepEqual(await ofThePackage(resourcesOf(broken?.stack ?? {})), ["no-public-address"]);
  });
});
