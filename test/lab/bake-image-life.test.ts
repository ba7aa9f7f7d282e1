import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateLaunchTemplateCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { type Lab, startLab } from "../../lab/services/lab";
import type { BakeSpec } from "../../packer";
import {
  bakedImages,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  imageTree,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";
import { filesHolding, keyLine, watchArguments } from "../helpers/secret-search";

interface Baked {
  readonly imageId: string;
  readonly imageIds: Record<string, string>;
  readonly reused: boolean;
  readonly said: string;
}

describe("an image's life in the lab", function () {
  this.timeout(180_000);
  let lab: Lab;
  let atRest: string[];
  let folder: string;

  before(async () => {
    lab = await startLab();
    await createInstanceProfile(lab);
    atRest = await leftovers(lab);
    folder = mkdtempSync(join(tmpdir(), "cookbooks-"));
    mkdirSync(join(folder, "web", "recipes"), { recursive: true });
    writeFileSync(join(folder, "web", "recipes", "default.rb"), "package 'nginx'\n");
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await lab?.stop();
  });
  afterEach(async () => {
    assert.deepEqual(await leftovers(lab), atRest);
    assert.deepEqual(await bakeNodes(lab), []);
  });

  async function bake(spec: BakeSpec, more: Record<string, string> = {}): Promise<Baked> {
    const { code, stdout, stderr } = await startBake(bakeEnvironment(lab, spec, more)).ended;
    assert.equal(code, 0, stderr);
    return { ...JSON.parse(stdout), said: stderr };
  }

  it("begins with the folders that are copied into it, and another file makes it another image", async () => {
    const files = { "/opt/cookbooks": folder };
    const first = await bake(labSpec(lab, "files", { files }));
    assert.deepEqual(first.imageIds, { "us-east-1": first.imageId });
    const copied = join(imageTree(lab, first.imageId), "opt/cookbooks/web/recipes/default.rb");
    assert.equal(readFileSync(copied, "utf8"), "package 'nginx'\n");
    assert.equal((await bake(labSpec(lab, "files", { files }))).imageId, first.imageId);
    writeFileSync(join(folder, "web", "recipes", "default.rb"), "package 'apache2'\n");
    const second = await bake(labSpec(lab, "files", { files }));
    assert.match(second.said, /^bake: rebaking: files \/opt\/cookbooks changed$/m);
    assert.notEqual(second.imageId, first.imageId);
  });

  for (const place of ["file", "environment"] as const) {
    it(`takes the validator's key from this machine's ${place} and leaves it nowhere`, async () => {
      const { validator } = lab.keys;
      const secret = keyLine(validator.keyFile);
      const spec = labSpec(lab, `local-${place}`, { instanceProfile: undefined });
      const key = place === "file" ? { file: validator.keyFile } : { environment: "VALIDATOR_KEY" };
      const chef = { ...spec.chef, validator: { name: validator.name, key } };
      const watch = watchArguments([secret]);
      const { imageId, said } = await bake(
        { ...spec, chef },
        place === "file" ? {} : { VALIDATOR_KEY: readFileSync(validator.keyFile, "utf8") },
      );
      assert.deepEqual(watch.end(), []);
      assert.match(said, new RegExp(`'bake-local-${place}-[0-9a-f]{8}' is a node of`));
      assert.ok(!said.includes(secret));
      assert.deepEqual(filesHolding(imageTree(lab, imageId), [secret, keyLine(lab.keys.operator.keyFile)]), []);
    });
  }

  it("is made anew on request, and the new one is used from then on", async () => {
    const first = await bake(labSpec(lab, "anew"));
    const forced = await bake(labSpec(lab, "anew", { rebake: "2030-01-01" }));
    assert.match(forced.said, /^bake: rebaking: 'rebake' is set$/m);
    assert.notEqual(forced.imageId, first.imageId);
    const after = await bake(labSpec(lab, "anew"));
    assert.deepEqual([after.imageId, after.reused], [forced.imageId, true]);
  });

  it("ends, with its snapshots, when it need not be kept and nobody uses it", async () => {
    const generation = (age: number): BakeSpec => {
      const spec = labSpec(lab, "kept", { keep: { count: 1 } });
      return { ...spec, chef: { ...spec.chef, attributes: { age } } };
    };
    const first = await bake(generation(1));
    const LaunchTemplateData = { ImageId: first.imageId };
    await lab.aws.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "user", LaunchTemplateData }));
    const second = await bake(generation(2));
    const [, doomed] = await bakedImages(lab, "kept");
    assert.equal(doomed?.ImageId, second.imageId);
    const third = await bake(generation(3));
    const fourth = await bake(generation(4));
    assert.match(
      fourth.said,
      new RegExp(`${first.imageId} stays although it is older, version 1 of launch template user`),
    );
    assert.match(fourth.said, new RegExp(`removed ${second.imageId} of`));
    const left = (await bakedImages(lab, "kept")).map(({ ImageId }) => ImageId).sort();
    assert.deepEqual(left, [first.imageId, third.imageId, fourth.imageId].sort());
    const { Snapshots = [] } = await lab.aws.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
    const snapshot = doomed?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
    assert.ok(snapshot);
    assert.deepEqual(
      Snapshots.filter(({ SnapshotId }) => SnapshotId === snapshot),
      [],
    );
  });
});
