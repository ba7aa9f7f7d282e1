import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  DeleteLaunchTemplateCommand,
  type Image,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { type Lab, startLab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { FOLDER_PREFIX } from "../../packer/sweep/folders";
import type { SweepReport } from "../../packer/sweep/sweep-report";
import {
  BAKE_TYPE,
  bakedImages,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";
import { commandFile } from "../helpers/command-line";
import { descendants, killTogether } from "../helpers/descendants";

/** Lines of Packer's output after which all processes are killed, and what then exists at least, as `kind id` on lines. */
const STAGES: Record<string, RegExp> = {
  "Creating temporary keypair": /^folder/m,
  "Launching a source AWS instance": /^key pair/m,
  "is a node of": /^instance[\s\S]*^node and client/m,
  "Stopping the source instance": /^instance/m,
  // After this line the bake is quick, and may end before it is killed
  "Creating AMI": /^/,
  "Adding tags to AMI": /^/,
};

describe("what remains of a bake that is killed together with its supervisor", function () {
  this.timeout(120_000);
  let lab: Lab;
  let atRest: string[];
  let temporary: string;

  before(async () => {
    lab = await startLab();
    await createInstanceProfile(lab);
    atRest = await leftovers(lab);
    temporary = mkdtempSync(join(tmpdir(), "swept-"));
  });
  after(async () => {
    await lab?.stop();
    rmSync(temporary, { recursive: true });
  });

  for (const [index, [stage, expected]] of Object.entries(STAGES).entries()) {
    it(`at '${stage}' is found and removed by sweep`, async () => {
      const name = `swept${index}`;
      await killAt(name, stage);
      const dry = sweep("--older-than", "0", "--dry-run");
      assert.equal(dry.status, dry.report.swept.length > 0 ? 3 : 0, dry.stderr);
      assert.match(kinds(dry.report), expected);
      const wet = sweep("--older-than", "0");
      assert.equal(wet.status, 0, wet.stderr + wet.stdout);
      assert.deepEqual(ids(wet.report), ids(dry.report), "a dry run tells what a real one does");
      await assertNothing(name);
    });
  }

  it("is removed by the next bake of the same name, but not by one of another name", async () => {
    await killAt("again", "is a node of");
    await killAt("other", "is a node of");
    const young = sweep("--older-than", "10");
    assert.equal(young.status, 0, young.stderr);
    assert.deepEqual(
      young.report.swept.filter(({ outcome }) => outcome !== "kept"),
      [],
      "what is young is kept",
    );
    const environment = bakeEnvironment(lab, labSpec(lab, "again"), { TMPDIR: temporary, BAKE_SWEEP_MINUTES: "0" });
    const { code, stderr } = await startBake(environment).ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^bake: left by an earlier bake: removed instance i-\w+ of the bake 'again'/m);
    const dry = sweep("--older-than", "0", "--dry-run");
    assert.match(kinds(dry.report), /^instance/m);
    assert.deepEqual([...new Set(dry.report.swept.map(({ bake }) => bake))].sort(), ["other"]);
    assert.equal(sweep("--older-than", "0").status, 0);
    await assertNothing("other");
  });

  it("is distinguished from resources of others, whatever their age", async () => {
    const { ec2 } = lab.aws;
    const tags = [{ Key: "chef-autoscaling:bake", Value: "web" }];
    const run = { ImageId: "ami-0deb1200000000001", InstanceType: BAKE_TYPE, MinCount: 1, MaxCount: 1 } as const;
    await ec2.send(new RunInstancesCommand({ ...run, TagSpecifications: [{ ResourceType: "instance", Tags: tags }] }));
    await ec2.send(new CreateKeyPairCommand({ KeyName: "bake-by-hand" }));
    const description = "Temporary group for Packer";
    const theirs = [{ ResourceType: "security-group" as const, Tags: [{ Key: "team", Value: "other" }] }];
    const group = { GroupName: "packer_00000000-aaaa", Description: description, TagSpecifications: theirs };
    await ec2.send(new CreateSecurityGroupCommand(group));
    const { status, report } = sweep("--older-than", "0", "--ageless");
    assert.deepEqual([status, report.swept], [0, []]);
  });

  it("includes an unfinished image, unless a launch template uses it", async () => {
    const { ec2 } = lab.aws;
    const run = { ImageId: "ami-0deb1200000000001", InstanceType: BAKE_TYPE, MinCount: 1, MaxCount: 1 } as const;
    const { Instances: [{ InstanceId = "" } = {}] = [] } = await ec2.send(new RunInstancesCommand(run));
    const { ImageId } = await ec2.send(new CreateImageCommand({ InstanceId, Name: "used-0123456789ab-01234567" }));
    const LaunchTemplateName = "user";
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: { ImageId } }));
    const used = sweep("--older-than", "0", "--bake", "used");
    assert.equal(used.status, 1, used.stderr);
    const [told] = used.report.swept;
    assert.deepEqual([told?.id, told?.outcome], [ImageId, "failed"]);
    assert.match(told?.reason ?? "", /^version 1 of launch template user uses it; switch that to another image/);
    await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName }));
    const free = sweep("--older-than", "0", "--bake", "used");
    assert.deepEqual(
      free.report.swept.map(({ id, outcome }) => [id, outcome]),
      [[ImageId, "removed"]],
    );
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  });

  async function killAt(name: string, line: string): Promise<void> {
    const bake = startBake(bakeEnvironment(lab, labSpec(lab, name), { TMPDIR: temporary }));
    const deadline = Date.now() + 60_000;
    while (!bake.output().includes(line)) {
      assert.ok(Date.now() < deadline, `'${line}' did not come:\n${bake.output()}`);
      await pause(20);
    }
    killTogether(descendants(bake.shell.pid ?? 0));
    await bake.ended;
  }

  function sweep(...flags: string[]): { status: number | null; stdout: string; stderr: string; report: SweepReport } {
    const { name, keyFile } = lab.keys.operator;
    const chef = ["--chef-server-url", lab.chefUrl, "--chef-client", name, "--chef-key", keyFile];
    const program = [commandFile(), "sweep", "--json", ...chef, ...flags];
    const environment = { ...lab.environment, TMPDIR: temporary };
    const options = { cwd: projectRoot, env: environment, encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync(process.execPath, program, options);
    return { status, stdout, stderr, report: JSON.parse(stdout || `{"swept":[]}`) };
  }

  async function assertNothing(name: string): Promise<void> {
    assert.deepEqual(await leftovers(lab), atRest);
    assert.deepEqual(await bakeNodes(lab), []);
    assert.deepEqual(
      readdirSync(temporary).filter((file) => file.startsWith(FOLDER_PREFIX)),
      [],
    );
    assert.ok((await bakedImages(lab, name)).every(isTagged), "an image without tags");
  }
});

function isTagged({ Tags = [] }: Image): boolean {
  return Tags.some(({ Key }) => Key === "chef-autoscaling:fingerprint");
}

function kinds({ swept }: SweepReport): string {
  return swept.map(({ kind, id }) => `${kind} ${id}`).join("\n");
}

function ids({ swept }: SweepReport): string[] {
  return swept.map(({ id }) => id);
}
