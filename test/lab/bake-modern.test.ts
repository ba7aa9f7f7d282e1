import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { type Lab, startLab } from "../../lab/services/lab";
import { bakeFingerprint } from "../../packer";
import { templatePaths } from "../../packer/packer-files";
import { prepareUploads } from "../../packer/uploads";
import { packerVariables } from "../../packer/variables";
import {
  BAKE_TYPE,
  bakedImages,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  imageTree,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";
import { bakeSpec } from "../helpers/bake-spec";
import { findModernPacker, type ModernPacker } from "../helpers/modern-packer";

describe("a bake with a Packer from 1.10 on", function () {
  this.timeout(120_000);
  let packer: ModernPacker;

  before(function () {
    const found = findModernPacker();
    if (typeof found === "string") {
      console.log(`    skipped: ${found}`);
      return this.skip();
    }
    packer = found;
  });

  it("has a valid and formatted template", async () => {
    const folder = mkdtempSync(join(tmpdir(), "template-"));
    for (const path of templatePaths("modern")) copyFileSync(path, join(folder, basename(path)));
    const variables = join(folder, "bake.pkrvars.json");
    const bake = { instanceType: "t3.small", fingerprint: "f", inputs: {}, imageName: "web-1", nodeName: "bake-web-1" };
    const identification = { ...bake, run: "1", startedAt: new Date(0) };
    const uploads = await prepareUploads(bakeSpec(), folder);
    const whole = packerVariables(bakeSpec(), identification, "manifest.json", uploads);
    // An endpoint of its own keeps Packer from asking AWS whether the credentials are good
    writeFileSync(variables, JSON.stringify({ ...whole, ec2_endpoint: "http://127.0.0.1:9" }));
    try {
      assert.equal(run("fmt", "-check", "-diff", folder).status, 0);
      const { status, stdout, stderr } = run("validate", `-var-file=${variables}`, folder);
      assert.equal(status, 0, stdout + stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe("in the lab", () => {
    let lab: Lab;
    let atRest: string[];

    before(async () => {
      lab = await startLab();
      await createInstanceProfile(lab);
      atRest = await leftovers(lab);
    });
    after(() => lab?.stop());

    it("makes an image on an instance that asks for IMDSv2, and leaves nothing else", async () => {
      const spec = labSpec(lab, "modern");
      const { code, stdout, stderr } = await startBake(
        bakeEnvironment(lab, spec, {
          ...packer.environment,
          PATH: packer.folder + delimiter + lab.environment.PATH,
          BAKE_FINGERPRINT: bakeFingerprint(spec, BAKE_TYPE, packer.version),
        }),
      ).ended;
      assert.equal(code, 0, stderr);
      const [image] = await bakedImages(lab, "modern");
      assert.equal(image?.ImageId, JSON.parse(stdout).imageId);
      assert.ok(readdirSync(imageTree(lab, image?.ImageId ?? "")).length > 0);
      const { Reservations = [] } = await lab.aws.ec2.send(new DescribeInstancesCommand({}));
      const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
      assert.deepEqual(
        instances.map(({ MetadataOptions }) => MetadataOptions?.HttpTokens),
        ["required"],
      );
      assert.deepEqual(await leftovers(lab), atRest);
      assert.deepEqual(await bakeNodes(lab), []);
    });
  });

  function run(...args: string[]) {
    const environment = { ...process.env, ...packer.environment, CHECKPOINT_DISABLE: "1" };
    return spawnSync(join(packer.folder, "packer"), args, { encoding: "utf8", env: environment });
  }
});
