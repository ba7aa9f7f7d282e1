import assert from "node:assert/strict";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { CopyImageCommand, DescribeInstancesCommand, DescribeLaunchTemplatesCommand } from "@aws-sdk/client-ec2";
import { GROUP, type RolloutProgram, useRolloutProgram } from "./rollout-program";

const [X86_IMAGE, ARM_IMAGE] = ["ami-0deb1200000000001", "ami-0deb1200000000064"];
const [X86, ARM] = ["t3.small", "t4g.small"];

/** What is in service: each type with its image. */
type Serving = readonly string[];

describe("a rollout of a group of both architectures, through `up`, in the emulator", function () {
  this.timeout(600_000);
  const program = useRolloutProgram("rollout-mixed");
  let web: RolloutProgram;
  before(async () => {
    web = program();
    await web.boots(ARM, "converges");
  });

  const up = (imageId: string, arm?: string, more: object = {}) => {
    const types = [{ instanceType: X86 }, ...(arm ? [{ instanceType: ARM, image: "arm" }] : [])];
    const mixedInstances = { types, onDemandPercentage: 0, ...(arm && { images: { arm } }) };
    return web.up(X86, { imageId, mixedInstances, capacity: { min: 4, max: 8 }, ...more });
  };
  const copyOf = async (SourceImageId: string, Name: string) => {
    const copy = new CopyImageCommand({ SourceImageId, Name, SourceRegion: "us-east-1" });
    return String((await web.clients.ec2.send(copy)).ImageId);
  };
  const serving = async (): Promise<{ images: Serving; ids: string[] }> => {
    const { ids } = await web.seen();
    const { Reservations = [] } = await web.clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    const images = instances.map(({ InstanceType, ImageId }) => `${InstanceType} ${ImageId}`);
    return { images: [...new Set(images)].sort(), ids: instances.map(({ InstanceId = "" }) => InstanceId).sort() };
  };
  const saved = async () => {
    const { LaunchTemplate } = (await web.find())?.MixedInstancesPolicy ?? {};
    const [, arm] = LaunchTemplate?.Overrides ?? [];
    return [LaunchTemplate?.LaunchTemplateSpecification?.Version, arm?.LaunchTemplateSpecification?.Version];
  };
  const of = (x86: string, arm: string): Serving => [`${X86} ${x86}`, `${ARM} ${arm}`];
  let [x86, arm] = ["", ""];

  it("launches both images", async () => {
    const made = await up(X86_IMAGE, ARM_IMAGE);
    assert.ok(made.ok, made.output);
    assert.match(made.output, new RegExp(`${GROUP}: done: 2 from version 1 of lt-\\w+, 2 from version 1 of lt-`));
    assert.doesNotMatch(made.output, /rolling out/, "the group was made with what it shall run");
    assert.deepEqual((await serving()).images, of(X86_IMAGE, ARM_IMAGE));
  });

  it("moves both", async () => {
    [x86, arm] = [await copyOf(X86_IMAGE, "x86-2"), await copyOf(ARM_IMAGE, "arm-2")];
    const moved = await up(x86, arm);
    assert.ok(moved.ok, moved.output);
    assert.match(moved.output, /rolling out version 2 of lt-\w+ and version 2 of lt-\w+, instance refresh/);
    assert.deepEqual([(await serving()).images, await saved()], [of(x86, arm), ["2", "2"]]);
    assert.ok((await up(x86, arm)).ok);
    assert.equal((await web.refreshes()).length, 1, "the same again is no change");
  });

  it("takes both back where one architecture fails, and replaces nothing for the images before", async () => {
    await web.boots(ARM, "fails: FATAL: no such cookbook: web");
    const bad = [await copyOf(X86_IMAGE, "x86-3"), await copyOf(ARM_IMAGE, "arm-3")] as const;
    const failed = await up(...bad);
    assert.equal(failed.ok, false, failed.output);
    assert.match(failed.output, /version 3 of lt-\w+ and version 3 of lt-\w+ is not in service in group "test-web"/);
    assert.match(failed.output, /\| FATAL: no such cookbook: web/);
    await web.boots(ARM, "converges");
    assert.deepEqual(await saved(), ["2", "2"]);
    const { images, ids } = await serving();
    assert.ok(
      images.every((one) => of(x86, arm).includes(one)),
      images.join(),
    );
    const back = await up(x86, arm);
    assert.ok(back.ok, back.output);
    const same = new Set(back.output.match(/version 4 of lt-\w+ has the same content as version 2/g));
    assert.equal(same.size, 2, back.output);
    assert.deepEqual([await saved(), (await serving()).ids], [["2", "2"], ids]);
  });

  it("moves one architecture alone where its image alone has changed", async () => {
    const before = await serving();
    const other = await copyOf(ARM_IMAGE, "arm-5");
    const moved = await up(x86, other);
    assert.ok(moved.ok, moved.output);
    const after = await serving();
    assert.ok(
      after.images.every((one) => of(x86, other).includes(one)),
      after.images.join(),
    );
    assert.deepEqual(await saved(), ["2", "5"]);
    assert.ok(
      before.ids.some((id) => after.ids.includes(id)),
      "what is of the other architecture is left",
    );
    arm = other;
  });

  it("finds by `pulumi refresh` what was changed by hand, and puts it right", async () => {
    const group = await web.find();
    const { LaunchTemplate, InstancesDistribution } = group?.MixedInstancesPolicy ?? {};
    const first = LaunchTemplate?.LaunchTemplateSpecification;
    const Overrides = (LaunchTemplate?.Overrides ?? []).map(({ InstanceType, LaunchTemplateSpecification: own }) => ({
      InstanceType,
      LaunchTemplateSpecification: own && { LaunchTemplateId: own.LaunchTemplateId, Version: "2" },
    }));
    const LaunchTemplateSpecification = { LaunchTemplateId: first?.LaunchTemplateId, Version: first?.Version };
    await web.clients.groups.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: GROUP,
        MixedInstancesPolicy: { InstancesDistribution, LaunchTemplate: { LaunchTemplateSpecification, Overrides } },
      }),
    );
    assert.deepEqual(await saved(), ["2", "2"]);
    assert.ok((await web.program.runner.refresh()).ok);
    const right = await up(x86, arm);
    assert.ok(right.ok, right.output);
    assert.deepEqual(await saved(), ["2", "5"]);
  });

  it("goes on with one image, and leaves no template of the other", async () => {
    const templates = async () => {
      const { LaunchTemplates = [] } = await web.clients.ec2.send(new DescribeLaunchTemplatesCommand({}));
      return LaunchTemplates.map((one) => String(one.LaunchTemplateName));
    };
    assert.ok((await templates()).includes(`${GROUP}-arm`));
    const one = await up(x86);
    assert.ok(one.ok, one.output);
    assert.deepEqual((await serving()).images, [`${X86} ${x86}`]);
    assert.ok(!(await templates()).includes(`${GROUP}-arm`));
  });

  it("takes from the policy what the program no longer says", async () => {
    const types = [{ instanceType: X86 }];
    const distribution = async () => (await web.find())?.MixedInstancesPolicy?.InstancesDistribution;
    const priced = await up(x86, undefined, {
      mixedInstances: { types, onDemandPercentage: 0, spotMaximumPrice: "0.05" },
    });
    assert.ok(priced.ok, priced.output);
    assert.equal((await distribution())?.SpotMaxPrice, "0.05");
    const unpriced = await up(x86);
    assert.ok(unpriced.ok, unpriced.output);
    assert.ok(!(await distribution())?.SpotMaxPrice);
  });

  it("goes on with types by what they have, on both images, and finds them done at the next `up`", async () => {
    const set = { vcpuCount: { min: 2 }, memoryMib: { min: 2048 }, passOn: { burstablePerformance: "included" } };
    const instanceRequirements = [
      { ...set, allowedInstanceTypes: ["m5.large"] },
      { ...set, allowedInstanceTypes: [ARM], image: "arm" },
    ];
    const mixedInstances = { instanceRequirements, images: { arm }, onDemandPercentage: 0 };
    const settings = { imageId: x86, mixedInstances, capacity: { min: 4, max: 8 } };
    const made = await web.up(X86, settings);
    assert.ok(made.ok, made.output);
    assert.deepEqual((await serving()).images, [`m5.large ${x86}`, `${ARM} ${arm}`]);
    const refreshes = (await web.refreshes()).length;
    // Another capacity, so that there is an update at all
    const again = await web.up(X86, { ...settings, capacity: { min: 3, max: 8 } });
    assert.ok(again.ok, again.output);
    assert.equal((await web.refreshes()).length, refreshes);
  });
});
