import assert from "node:assert/strict";
import {
  CreateAutoScalingGroupCommand,
  DescribeScalingActivitiesCommand,
  type LaunchTemplateOverrides,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  type _InstanceType,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { baseImage, type Clients, clientsOf, describe as describeGroup, makeTemplate, members } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";

const ARM = "debian-12-arm64-*";

describe("emulator: images of both architectures in one group", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;
  let [x86, arm] = ["", ""];

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
    x86 = await makeTemplate(clients, "x86");
    arm = await armTemplate(clients, "arm");
  });
  after(() => emulator?.stop());

  const group = (name: string, Overrides: LaunchTemplateOverrides[], more: object = {}) =>
    clients.groups.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        AvailabilityZones: ["us-east-1a"],
        MixedInstancesPolicy: policy(Overrides),
        MinSize: 2,
        MaxSize: 4,
        ...more,
      }),
    );
  const policy = (Overrides: LaunchTemplateOverrides[], Version = "1") => ({
    LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: x86, Version }, Overrides },
    InstancesDistribution: {
      OnDemandPercentageAboveBaseCapacity: 0,
      SpotAllocationStrategy: "price-capacity-optimized",
    },
  });
  const ownArm = (Version = "1") => ({ LaunchTemplateId: arm, Version });
  const both = (Version = "1"): LaunchTemplateOverrides[] => [
    { InstanceType: "c6i.large" },
    { InstanceType: "c6g.large", LaunchTemplateSpecification: ownArm(Version) },
  ];

  it("launches each type from its own template, and describes the template by id and name", async () => {
    await group("pair", [
      { InstanceType: "c6i.large" },
      { InstanceType: "c6g.large", LaunchTemplateSpecification: { LaunchTemplateName: "arm", Version: "1" } },
    ]);
    const found = await members(clients, "pair");
    const launched = found.map((one) => `${one.InstanceType} ${one.LaunchTemplate?.LaunchTemplateName}`);
    assert.deepEqual(launched.sort(), ["c6g.large arm", "c6i.large x86"]);
    const request = new DescribeInstancesCommand({ InstanceIds: found.map((one) => String(one.InstanceId)) });
    const { Reservations = [] } = await clients.ec2.send(request);
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    const images = instances.map(({ InstanceType, Architecture }) => `${InstanceType} ${Architecture}`);
    assert.deepEqual(images.sort(), ["c6g.large arm64", "c6i.large x86_64"]);
    const saved = (await describeGroup(clients, "pair"))?.MixedInstancesPolicy?.LaunchTemplate?.Overrides?.[1];
    const known = { LaunchTemplateId: arm, LaunchTemplateName: "arm", Version: "1" };
    assert.deepEqual(saved?.LaunchTemplateSpecification, known);
  });

  it("does not launch an image on a type of the other architecture", async () => {
    const ImageId = await baseImage(clients);
    const run = { ImageId, InstanceType: "c6g.large" as const, MinCount: 1, MaxCount: 1 };
    await assert.rejects(clients.ec2.send(new RunInstancesCommand(run)), {
      name: "InvalidParameterValue",
      message: /^The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64'/,
    });
    const wrong = group("wrong", [{ InstanceType: "c6g.large" }]);
    await assert.rejects(wrong, /You must use a valid fully-formed launch template\. The architecture 'arm64'/);
  });

  it("reports a failed launch in an activity", async () => {
    const LaunchTemplateData = { ImageId: await imageOf(clients, ARM), InstanceType: "c6i.large" as const };
    const request = { LaunchTemplateName: "mixed-up", LaunchTemplateData };
    const made = await clients.ec2.send(new CreateLaunchTemplateCommand(request));
    await clients.groups.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "mixed-up",
        AvailabilityZones: ["us-east-1a"],
        LaunchTemplate: { LaunchTemplateId: made.LaunchTemplate?.LaunchTemplateId, Version: "1" },
        MinSize: 1,
        MaxSize: 1,
      }),
    );
    const { Activities = [] } = await clients.groups.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "mixed-up" }),
    );
    assert.equal(Activities[0]?.StatusCode, "Failed");
    assert.match(Activities[0]?.StatusMessage ?? "", /^The architecture 'x86_64' .* Launching EC2 instance failed\.$/);
  });

  it("rejects the policies that AWS rejects", async () => {
    const type = { InstanceType: "c6i.large" };
    const many = Array.from({ length: 41 }, (_, index) => ({ InstanceType: `m${index}i.large` }));
    const named = { LaunchTemplateId: arm, LaunchTemplateName: "arm", Version: "1" };
    const cases: [string, LaunchTemplateOverrides[], RegExp][] = [
      ["both-names", [{ InstanceType: "c6g.large", LaunchTemplateSpecification: named }], /either launchTemplateId or/],
      ["many", many, /up to 40 instance types/],
      ["twice", [type, type], /once/],
      ["half-weighed", [{ ...type, WeightedCapacity: "2" }, { InstanceType: "c6a.large" }], /for all of them/],
      ["heavy", [{ ...type, WeightedCapacity: "1000" }], /1-999/],
      ["no-version", [{ InstanceType: "c6g.large", LaunchTemplateSpecification: ownArm("9") }], /version/i],
      ["no-template", [{ ...type, LaunchTemplateSpecification: { LaunchTemplateId: "lt-0none" } }], /lt-0none/],
    ];
    for (const [name, overrides, words] of cases) await assert.rejects(group(name, overrides), words, name);
    assert.equal(await describeGroup(clients, "twice"), undefined);
    const told = new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: "pair",
      MixedInstancesPolicy: policy([type, type]),
    });
    await assert.rejects(clients.groups.send(told), /once/);
  });

  it("refreshes instances with another version of their type's template, or of a type that is no longer listed", async () => {
    const version = await armVersion(clients, arm);
    const refresh = (overrides: LaunchTemplateOverrides[]) =>
      clients.groups.send(
        new StartInstanceRefreshCommand({
          AutoScalingGroupName: "pair",
          DesiredConfiguration: { MixedInstancesPolicy: policy(overrides) },
          Preferences: { SkipMatching: true, MinHealthyPercentage: 50, MaxHealthyPercentage: 100, InstanceWarmup: 0 },
        }),
      );
    const types = async () => (await members(clients, "pair")).map((one) => `${one.InstanceId} ${one.InstanceType}`);
    const until = (what: string, are: (members: string[]) => boolean) =>
      eventually(30, what, async () => are((await members(clients, "pair")).map(shown).sort()) || undefined);
    const before = (await types()).find((one) => one.endsWith("c6i.large"));
    await refresh(both(version));
    await until("another version of arm", (all) => all.join() === "c6g.large arm 2,c6i.large x86 1");
    assert.ok((await types()).includes(String(before)), "what matches is left");
    await eventually(30, "it to be saved", async () => {
      const saved = (await describeGroup(clients, "pair"))?.MixedInstancesPolicy?.LaunchTemplate?.Overrides?.[1];
      return saved?.LaunchTemplateSpecification?.Version === version || undefined;
    });
    await refresh([{ InstanceType: "c6a.large" }, ...both(version).slice(1)]);
    await until("another type of x86", (all) => !all.some((one) => one.startsWith("c6i")));
  });

  it("launches types that match the requirements for each image's architecture, and has no desired configuration or skip matching in a refresh", async () => {
    const InstanceRequirements = { VCpuCount: { Min: 2, Max: 4 }, MemoryMiB: { Min: 4096, Max: 8192 } };
    const Overrides = [
      { InstanceRequirements: { ...InstanceRequirements, CpuManufacturers: ["amd" as const] } },
      {
        InstanceRequirements: { ...InstanceRequirements, AllowedInstanceTypes: ["m6g.*", "c6i.*"] },
        LaunchTemplateSpecification: ownArm(),
      },
    ];
    await group("by-attributes", Overrides);
    const found = await members(clients, "by-attributes");
    const of = (template: string) => found.find((one) => one.LaunchTemplate?.LaunchTemplateName === template);
    assert.match(of("x86")?.InstanceType ?? "", /^(c|m)\d+[ad]*a[a-z]*\./);
    assert.equal(of("arm")?.InstanceType, "m6g.large");
    const refresh = (settings: object) =>
      clients.groups.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: "by-attributes", ...settings }));
    const desired = { DesiredConfiguration: { MixedInstancesPolicy: policy(Overrides) } };
    await assert.rejects(refresh(desired), /DesiredConfiguration is not supported/);
    await assert.rejects(refresh({ Preferences: { SkipMatching: true } }), /SkipMatching is not supported/);
  });

  it("finds no type if none of the image's architecture matches the requirements, and reports it at the launch", async () => {
    const set = { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4096 }, CpuManufacturers: ["amazon-web-services" as const] };
    await group("none-has-it", [{ InstanceRequirements: set }]);
    const request = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "none-has-it" });
    const { Activities = [] } = await clients.groups.send(request);
    assert.match(Activities[0]?.StatusMessage ?? "", /No instance type of x86_64 has the instance requirements/);
  });

  it("rejects the requirements that AWS rejects", async () => {
    const InstanceRequirements = { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4096 } };
    const two = { AllowedInstanceTypes: ["m6i.*"], ExcludedInstanceTypes: ["c6i.*"] };
    const cases: [string, object[], RegExp][] = [
      ["a-type-too", [{ InstanceType: "c6i.large", InstanceRequirements }], /can't specify InstanceType/],
      ["five-sets", Array(5).fill({ InstanceRequirements }), /up to 4 separate sets/],
      ["no-memory", [{ InstanceRequirements: { VCpuCount: { Min: 2 } } }], /must specify VCpuCount and MemoryMiB/],
      ["both-lists", [{ InstanceRequirements: { ...InstanceRequirements, ...two } }], /ExcludedInstanceTypes/],
      ["turned", [{ InstanceRequirements: { ...InstanceRequirements, VCpuCount: { Min: 4, Max: 2 } } }], /below Min/],
      ["weighed-set", [{ InstanceRequirements, WeightedCapacity: "2" }], /list of instance types/],
    ];
    for (const [name, overrides, words] of cases) await assert.rejects(group(name, overrides), words, name);
    const inOrder = {
      LaunchTemplate: policy([{ InstanceRequirements }]).LaunchTemplate,
      InstancesDistribution: { OnDemandAllocationStrategy: "prioritized" },
    };
    await assert.rejects(group("in-order", [], { MixedInstancesPolicy: inOrder }), /prioritized/);
  });

  it("rolls back only to numbered versions", async () => {
    await group("latest", both("$Latest"));
    const start = new StartInstanceRefreshCommand({
      AutoScalingGroupName: "latest",
      DesiredConfiguration: { MixedInstancesPolicy: policy(both("1")) },
      Preferences: { AutoRollback: true },
    });
    await assert.rejects(clients.groups.send(start), /specific numbered version/);
  });
});

const shown = (one: { InstanceType?: string; LaunchTemplate?: { LaunchTemplateName?: string; Version?: string } }) =>
  `${one.InstanceType} ${one.LaunchTemplate?.LaunchTemplateName} ${one.LaunchTemplate?.Version}`;

async function imageOf({ ec2 }: Clients, name: string): Promise<string> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Filters: [{ Name: "name", Values: [name] }] }));
  return String(Images[0]?.ImageId);
}

async function armTemplate(clients: Clients, LaunchTemplateName: string): Promise<string> {
  const LaunchTemplateData = {
    ImageId: await imageOf(clients, ARM),
    InstanceType: "c6g.large" as _InstanceType,
    UserData: "",
  };
  const made = await clients.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  return String(made.LaunchTemplate?.LaunchTemplateId);
}

async function armVersion({ ec2 }: Clients, LaunchTemplateId: string): Promise<string> {
  const request = { LaunchTemplateId, SourceVersion: "1", LaunchTemplateData: { EbsOptimized: true } };
  const made = await ec2.send(new CreateLaunchTemplateVersionCommand(request));
  return String(made.LaunchTemplateVersion?.VersionNumber);
}
