import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAutoScalingGroupCommand, DeleteAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSnapshotsCommand,
  DisableImageDeregistrationProtectionCommand,
  EC2Client,
  type Image,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import { type Lab, startLab } from "../../lab/services/lab";
import type { BakeSpec } from "../../packer";
import {
  BASE_IMAGE,
  bakedImages,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  imageTree,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";

interface Baked {
  readonly imageId: string;
  readonly imageIds: Record<string, string>;
  readonly reused: boolean;
  readonly said: string;
}

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const ORGANIZATION = "arn:aws:organizations::123456789012:organization/o-abcdefghij";
const UNIT = "arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-ab12-abcdefgh";
const NAMED = [{ Name: "name", Values: ["abroad-*"] }];

describe("the life of an image", function () {
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

  /** Unlike the programs that these tests start, the tests' own clients do not get the endpoint from the lab's environment. */
  function clientIn(region: string): EC2Client {
    return new EC2Client({ region, endpoint: lab.endpoint, credentials: CREDENTIALS });
  }

  async function bake(spec: BakeSpec, more: Record<string, string> = {}): Promise<Baked> {
    const { code, stdout, stderr } = await startBake(bakeEnvironment(lab, spec, more)).ended;
    assert.equal(code, 0, stderr);
    return { ...JSON.parse(stdout), said: stderr };
  }

  it("contains the folders that are copied into it, and changing a file in them results in another image", async () => {
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

  it("has the requested root volume, and never a smaller one than its base image", async () => {
    const made = await bake(labSpec(lab, "large", { rootVolume: { sizeGib: 40 }, copies: { "eu-west-3": {} } }));
    for (const [region, imageId] of Object.entries(made.imageIds)) {
      const { Images } = await clientIn(region).send(new DescribeImagesCommand({ ImageIds: [imageId] }));
      const [volume, ...more] = Images?.[0]?.BlockDeviceMappings ?? [];
      assert.deepEqual([volume?.Ebs?.VolumeSize, volume?.Ebs?.VolumeType, more], [40, "gp3", []], region);
    }
    const small = labSpec(lab, "large", { baseImageId: made.imageId, rootVolume: { sizeGib: 20 } });
    const { code, stderr } = await startBake(bakeEnvironment(lab, small)).ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`'rootVolume.sizeGib' is 20, expected at least the 40 GiB of the base image '${made.imageId}'`),
    );
    assert.doesNotMatch(stderr, /Launching a source AWS instance/);
  });

  it("is baked on Spot capacity, and the launch template of Packer's request is removed", async () => {
    const made = await bake(labSpec(lab, "cheap", { spot: true }));
    assert.match(made.said, /^bake: \[\d+\/\d+\] launching the instance$/m);
    assert.match(made.said, /Launching a spot AWS instance/);
    const { LaunchTemplates } = await lab.aws.ec2.send(new DescribeLaunchTemplatesCommand({}));
    assert.deepEqual(LaunchTemplates, []);
  });

  it("is rebaked on request, and the new one is used from then on", async () => {
    const first = await bake(labSpec(lab, "anew"));
    const forced = await bake(labSpec(lab, "anew", { rebake: "2030-01-01" }));
    assert.match(forced.said, /^bake: rebaking: 'rebake' is set$/m);
    assert.notEqual(forced.imageId, first.imageId);
    const after = await bake(labSpec(lab, "anew"));
    assert.deepEqual([after.imageId, after.reused], [forced.imageId, true]);
  });

  it("is encrypted, copied, shared and protected as configured, once for two concurrent bakes, and is removed in all regions", async () => {
    const key = (region: string) => `arn:aws:kms:${region}:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000`;
    const [home, abroad] = ["us-east-1", "eu-west-3"] as const;
    const spec = labSpec(lab, "abroad", {
      encryption: { kmsKeyArn: key(home) },
      copies: { [abroad]: { kmsKeyArn: key(abroad) } },
      shareWith: ["123456789013", ORGANIZATION, UNIT],
      protectImage: true,
      deprecation: { at: "2035-06-30" },
    });
    const [one, other] = await Promise.all([bake(spec), bake(spec)]);
    assert.deepEqual(one.imageIds, other.imageIds);
    assert.equal([one, other].filter(({ reused }) => reused).length, 1, "one of the two has made it");
    for (const region of [home, abroad]) {
      const ec2 = clientIn(region);
      const { Images: images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: NAMED }));
      assert.deepEqual(ids(images), [one.imageIds[region]], `images in ${region}`);
      const [image] = images;
      assert.match(image?.DeregistrationProtection ?? "", /^enabled/);
      const ImageId = image?.ImageId;
      await assert.rejects(ec2.send(new DeregisterImageCommand({ ImageId })), /protected from deregistration/);
      const asked = { ImageId, Attribute: "launchPermission" } as const;
      const { LaunchPermissions } = await ec2.send(new DescribeImageAttributeCommand(asked));
      assert.deepEqual(LaunchPermissions, [
        { UserId: "123456789013" },
        { OrganizationArn: ORGANIZATION },
        { OrganizationalUnitArn: UNIT },
      ]);
      assert.equal(image?.DeprecationTime, "2035-06-30T00:00:00.000Z");
      const SnapshotIds = [image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ""];
      const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }));
      assert.deepEqual([Snapshots[0]?.Encrypted, Snapshots[0]?.KmsKeyId], [true, key(region)]);
    }
    const copy = readdirSync(imageTree(lab, one.imageIds[abroad] ?? ""));
    assert.deepEqual(copy, readdirSync(imageTree(lab, one.imageId)));

    const later = await bake({ ...spec, deprecation: { at: "2035-07-31" } });
    assert.deepEqual([later.imageIds, later.reused], [one.imageIds, true], "another date bakes nothing again");
    assert.match(later.said, new RegExp(`${one.imageIds[abroad]} in ${abroad} is deprecated from 2035-07-31T00:00:00`));

    await clientIn(abroad).send(new DisableImageDeregistrationProtectionCommand({ ImageId: one.imageIds[abroad] }));
    await clientIn(abroad).send(new DeregisterImageCommand({ ImageId: one.imageIds[abroad] }));
    const again = await bake(spec);
    assert.match(again.said, /^bake: rebaking: the image is gone in eu-west-3$/m);
    // Meanwhile the stack does not copy to other regions any more
    const ended = await startBake(bakeEnvironment(lab, { ...spec, copies: undefined }), "delete").ended;
    assert.equal(ended.code, 0, ended.stderr);
    for (const region of [home, abroad]) {
      const { Images } = await clientIn(region).send(new DescribeImagesCommand({ Owners: ["self"], Filters: NAMED }));
      assert.deepEqual(Images, [], `images in ${region}`);
    }
  });

  it("is removed with its snapshots once it need not be kept and nothing uses it", async () => {
    const generation = (age: number): BakeSpec => {
      const spec = labSpec(lab, "kept", { keep: { count: 1 } });
      return { ...spec, chef: { ...spec.chef, attributes: { age } } };
    };
    const first = await bake(generation(1));
    await createGroupOfOldVersion(first.imageId);
    const second = await bake(generation(2));
    const [, doomed] = await bakedImages(lab, "kept");
    assert.equal(doomed?.ImageId, second.imageId);
    const third = await bake(generation(3));
    const fourth = await bake(generation(4));
    assert.match(
      fourth.said,
      new RegExp(`${first.imageId} in us-east-1 is kept, because version 1 of launch template user`),
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
    const removed = () => startBake(bakeEnvironment(lab, generation(4)), "delete").ended;
    assert.match((await removed()).stderr, new RegExp(`${first.imageId} in us-east-1 is kept`));
    assert.deepEqual(ids(await bakedImages(lab, "kept")), [first.imageId]);
    const group = { AutoScalingGroupName: "user", ForceDelete: true };
    await lab.aws.autoScaling.send(new DeleteAutoScalingGroupCommand(group));
    assert.equal((await removed()).code, 0);
    assert.deepEqual(await bakedImages(lab, "kept"), [], "a version that no group names is used by nobody");
  });

  it("still belongs to the stack in every region after the stack is renamed, and is removed with it", async () => {
    const spec = labSpec(lab, "renamed", { copies: { "eu-west-3": {} } });
    const made = await bake(spec);
    const tags = { ...spec.tags, "chef-autoscaling:stack": "test/other" };
    const earlier = { PULUMI_COMMAND_STDOUT: JSON.stringify({ stack: "test/bake", tags: Object.keys(spec.tags) }) };
    const again = await bake({ ...spec, tags }, earlier);
    assert.deepEqual(again.imageIds, made.imageIds);
    for (const region of ["us-east-1", "eu-west-3"]) {
      assert.match(again.said, new RegExp(`${made.imageIds[region]} in ${region} belong to 'test/other' now`));
    }
    const owned = (stack: string) => ({
      ...lab.environment,
      BAKE_IMAGES: JSON.stringify({ name: "renamed", region: "us-east-1", copies: ["eu-west-3"], stack }),
    });
    const back = { ...owned("test/bake"), PULUMI_COMMAND_STDOUT: '{"stack":"test/other"}' };
    const taken = await startBake(back, "own").ended;
    assert.deepEqual([taken.code, JSON.parse(taken.stdout)], [0, { stack: "test/bake" }], taken.stderr);
    assert.equal((await startBake(owned("test/other"), "delete").ended).code, 0);
    assert.equal((await bakedImages(lab, "renamed")).length, 1, "another stack's image");
    assert.equal((await startBake(owned("test/bake"), "delete").ended).code, 0);
    assert.deepEqual(await bakedImages(lab, "renamed"), []);
  });

  /** Creates a group that uses version 1 of a launch template, whose latest and default version launches another image. */
  async function createGroupOfOldVersion(ImageId: string): Promise<void> {
    const { autoScaling, ec2 } = lab.aws;
    const LaunchTemplateName = "user";
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: { ImageId } }));
    const LaunchTemplateData = { ImageId: BASE_IMAGE };
    await ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName, LaunchTemplateData }));
    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName, DefaultVersion: "2" }));
    const LaunchTemplate = { LaunchTemplateName, Version: "1" };
    const size = { MinSize: 0, MaxSize: 0, AvailabilityZones: ["us-east-1a"] };
    await autoScaling.send(
      new CreateAutoScalingGroupCommand({ AutoScalingGroupName: "user", LaunchTemplate, ...size }),
    );
  }
});

function ids(images: readonly Image[]): (string | undefined)[] {
  return images.map(({ ImageId }) => ImageId);
}
