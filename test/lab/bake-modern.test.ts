import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeImagesCommand, DescribeInstancesCommand, type Image } from "@aws-sdk/client-ec2";
import { type Lab, startLab } from "../../lab/services/lab";
import { type BakeSpec, bakeFingerprint } from "../../packer";
import { templatePaths } from "../../packer/inputs/packer-files";
import { prepareUploads } from "../../packer/inputs/uploads";
import { packerVariables } from "../../packer/run/variables";
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
import { descendants, killTogether } from "../helpers/descendants";
import { findModernPacker, type ModernPacker } from "../helpers/modern-packer";

describe("a bake with Packer 1.10 or later", function () {
  this.timeout(240_000);
  let packer: ModernPacker;

  before(function () {
    const found = findModernPacker();
    if (typeof found === "string") {
      console.log(`    skipped: ${found}`);
      return this.skip();
    }
    packer = found;
  });

  const X509 = { x509CertificateFile: __filename, x509KeyFile: __filename };
  const KINDS: Record<string, Partial<BakeSpec>> = {
    "an image": {},
    "an S3-backed image": { instanceStore: { accountId: "123456789012", s3Bucket: "images/web", ...X509 } },
  };
  for (const [kind, changes] of Object.entries(KINDS)) {
    it(`has a valid and formatted template for ${kind}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "template-"));
      const spec = bakeSpec(changes);
      for (const path of templatePaths("modern", spec.instanceStore ? "instance-store" : "ebs")) {
        copyFileSync(path, join(folder, basename(path)));
      }
      const variables = join(folder, "bake.pkrvars.json");
      const bake = {
        instanceType: "m5d.large",
        fingerprint: "f",
        inputs: {},
        imageName: "web-1",
        nodeName: "bake-web-1",
      };
      const uploads = await prepareUploads(spec, folder);
      const identification = { ...bake, run: "1", startedAt: new Date(0) };
      const whole = packerVariables(spec, identification, "manifest.json", uploads);
      // With a custom endpoint, Packer does not ask AWS whether the credentials are valid
      writeFileSync(variables, JSON.stringify({ ...whole, ec2_endpoint: "http://127.0.0.1:9" }));
      try {
        assert.equal(run("fmt", "-check", "-diff", folder).status, 0);
        const { status, stdout, stderr } = run("validate", `-var-file=${variables}`, folder);
        assert.equal(status, 0, stdout + stderr);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  describe("in the lab", () => {
    let lab: Lab;
    let atRest: string[];

    before(async () => {
      lab = await startLab();
      await createInstanceProfile(lab);
      atRest = await leftovers(lab);
    });
    after(() => lab?.stop());

    it("creates an image on an instance that requires IMDSv2, and leaves nothing else", async () => {
      const spec = labSpec(lab, "modern");
      const { code, stdout, stderr } = await startBake(modernEnvironment(spec)).ended;
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

    it("does not accept an image that a killed bake has tagged but not finished, and removes it", async () => {
      const environment = await killedOverImage();
      const { code, stdout, stderr } = await startBake({ ...environment, BAKE_SWEEP_MINUTES: "0" }).ended;
      assert.equal(code, 0, stderr);
      const { imageId, imageIds, reused } = JSON.parse(stdout);
      assert.deepEqual([reused, Object.keys(imageIds).sort()], [false, ["eu-west-3", "us-east-1"]], stderr);
      const { Images = [] } = await lab.aws.ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
      assert.ok(Images.some(({ ImageId }) => ImageId === imageId));
      assert.deepEqual(Images.filter(isUnfinished), [], stderr);
      assert.deepEqual(await leftovers(lab), atRest);
      assert.deepEqual(await bakeNodes(lab), []);
    });

    /** Returns the environment of a bake that was killed during the creation of its image. A bake that had ended before does not count. */
    async function killedOverImage(): Promise<NodeJS.ProcessEnv> {
      for (let tries = 0; tries < 5; tries++) {
        const spec = labSpec(lab, "killed", { encryption: {}, copies: { "eu-west-3": {} } });
        // Each has another fingerprint but the same name, so the next bake also removes what the earlier ones left
        const environment = modernEnvironment({ ...spec, chef: { ...spec.chef, attributes: { tries } } });
        const killed = startBake(environment);
        const deadline = Date.now() + 90_000;
        while (!killed.output().includes("Waiting for AMI to become ready")) {
          assert.ok(Date.now() < deadline, killed.output());
          await pause(20);
        }
        killTogether(descendants(killed.shell.pid ?? 0));
        await killed.ended;
        const images = await bakedImages(lab, `killed-${environment.BAKE_FINGERPRINT?.slice(0, 12)}`);
        if (images.every(isUnfinished)) return environment;
      }
      return assert.fail("each of 5 bakes was over before it was killed");
    }

    function modernEnvironment(spec: BakeSpec): NodeJS.ProcessEnv {
      return bakeEnvironment(lab, spec, {
        ...packer.environment,
        PATH: packer.folder + delimiter + lab.environment.PATH,
        BAKE_FINGERPRINT: bakeFingerprint(spec, BAKE_TYPE, packer.version),
      });
    }
  });

  function isUnfinished({ Tags = [] }: Image): boolean {
    return Tags.every(({ Key }) => Key !== "chef-autoscaling:fingerprint");
  }

  function run(...args: string[]) {
    const environment = { ...process.env, ...packer.environment, CHECKPOINT_DISABLE: "1" };
    return spawnSync(join(packer.folder, "packer"), args, { encoding: "utf8", env: environment });
  }
});
