import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs, type RootVolume } from "../../components";
import { type HibernatedType, hibernationIssues } from "../../components/group/hibernation";
import { publicAddressIssues } from "../../components/group/public-subnets";
import { rootDevice } from "../../components/group/root-device";
import { imageVolumeIssues } from "../../components/group/root-volume";
import type { ValidationIssue } from "../../components/validation/issues";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";
import { declareGroup, groupInputs } from "../helpers/declare-group";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
/** Properties that the rollout changes, and the provider therefore ignores. */
const ROLLED_OUT = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

describe("a group's features", () => {
  it("sets the desired capacity at every change if 'keepScaled' is off", async () => {
    const declared = await declareGroup({ capacity: { min: 1, max: 4, desired: 2, keepScaled: false } });
    assert.deepEqual(declared.one(GROUP).ignoreChanges, [...ROLLED_OUT, "initialLifecycleHooks"]);
  });

  // https://github.com/hashicorp/terraform-provider-aws/issues/567
  it("waits longer than the provider's ten minutes for the last instances of a deleted group", async () => {
    assert.equal((await declareGroup()).one(GROUP).deleteTimeout, "2h");
  });

  // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/autoscaling/group.go, waitLoadBalancerTargetGroupsRemoved
  it("waits as long for the last request of a target group that is detached", async () => {
    assert.equal((await declareGroup()).one(GROUP).updateTimeout, "2h");
  });

  // https://github.com/hashicorp/terraform-provider-aws/issues/39594
  it("tells its rollout what is attached, so that it notices what a program no longer names", async () => {
    const arn = (name: string) =>
      `arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/${name}/0123456789abcdef`;
    const attached = async (args: Partial<ChefAutoScalingGroupArgs>) =>
      (await declareGroup(args)).one("pulumi-nodejs:dynamic/chef-autoscaling:Rollout").inputs.attached;
    assert.deepEqual(await attached({ targetGroupArns: pulumi.output([arn("a")]), loadBalancerNames: ["b"] }), [
      arn("a"),
      "b",
    ]);
    const trafficSources = [{ type: "elbv2" as const, identifier: arn("c") }];
    assert.deepEqual(await attached({ trafficSources }), [arn("c")]);
    assert.deepEqual(await attached({}), undefined);
    assert.deepEqual(await attached({ targetGroupArns: [] }), []);
  });

  it("leaves sizes that its schedules set to them", async () => {
    const night = { recurrence: "0 22 * * *", min: 0, max: 0 };
    const declared = await declareGroup({ scaling: { schedules: { night } } });
    assert.deepEqual(declared.one(GROUP).ignoreChanges, [
      ...ROLLED_OUT,
      "desiredCapacity",
      "minSize",
      "maxSize",
      "initialLifecycleHooks",
    ]);
  });

  // https://github.com/hashicorp/terraform-provider-aws/issues/18029
  it("gives instances, volumes and network interfaces the provider's default tags, overridden by its own tags", async () => {
    const shared = { owner: "platform", team: "nobody" };
    const answers = { "aws:index/getDefaultTags:getDefaultTags": { tags: shared } };
    const declared = await declare(
      () => new ChefAutoScalingGroup("web", groupArgs({ tags: { team: "web" } })),
      "test",
      answers,
    );
    const expected = { owner: "platform", team: "web", Name: "staging-web" };
    const { tagSpecifications } = declared.one(TEMPLATE).inputs;
    assert.deepEqual(
      tagSpecifications,
      ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags: expected })),
    );
    const tags = declared.one(GROUP).inputs.tags as Array<{ key: string; value: string }>;
    assert.deepEqual(Object.fromEntries(tags.map(({ key, value }) => [key, value])), expected);
  });

  it("can measure its instances every five minutes, and refuses alarms that would wait for data", async () => {
    const slow = { scaling: { out: { periodSeconds: 300 } }, detailedMonitoring: false };
    assert.deepEqual((await declareGroup(slow)).one(TEMPLATE).inputs.monitoring, { enabled: false });
    const configured = await declareGroup({ ...slow, launch: "configuration" });
    assert.equal(configured.one("aws:ec2/launchConfiguration:LaunchConfiguration").inputs.enableMonitoring, false);
    const fast = declareGroup({ scaling: { out: {} }, detailedMonitoring: false });
    await assert.rejects(fast, /'scaling\.out\.periodSeconds' is 60, expected 300 or more/);
  });

  it("uses the default subnets of its zones for a launch configuration, and reports if there are none", async () => {
    const zones: Partial<ChefAutoScalingGroupArgs> = {
      launch: "configuration",
      subnetIds: undefined,
      availabilityZones: ["eu-west-3a"],
    };
    const { availabilityZones, vpcZoneIdentifiers } = await groupInputs(zones);
    assert.deepEqual([availabilityZones, vpcZoneIdentifiers], [undefined, ["subnet-default"]]);
    const answers = { "aws:ec2/getSubnets:getSubnets": { ids: [] } };
    const nowhere = declare(() => new ChefAutoScalingGroup("web", groupArgs(zones)), "test", answers);
    await assert.rejects(nowhere, /'availabilityZones' is \["eu-west-3a"\], expected zones in which the default VPC/);
  });

  it("collects all metrics of itself and its instances, and tags what it launches", async () => {
    const declared = await declareGroup({ tags: { team: "web" } });
    const { enabledMetrics, metricsGranularity, tags } = declared.one(GROUP).inputs;
    const metrics = enabledMetrics as string[];
    assert.equal(new Set(metrics).size, 20);
    for (const one of ["GroupInServiceInstances", "GroupTotalCapacity", "WarmPoolWarmedCapacity"]) {
      assert.ok(metrics.includes(one), one);
    }
    assert.equal(metricsGranularity, "1Minute");
    assert.deepEqual(tags, [
      { key: "Name", value: "staging-web", propagateAtLaunch: true },
      { key: "team", value: "web", propagateAtLaunch: true },
    ]);
    const { monitoring, tagSpecifications } = declared.one(TEMPLATE).inputs;
    assert.deepEqual(monitoring, { enabled: true });
    for (const { tags: own } of tagSpecifications as Array<{ tags: object }>) {
      assert.deepEqual(own, { Name: "staging-web", team: "web" });
    }
  });

  it("launches in zones of the default VPC, with a given key pair and security groups", async () => {
    const network = { subnetIds: undefined, availabilityZones: ["eu-west-3a", "eu-west-3b"] };
    const declared = await declareGroup({ ...network, keyName: "operators", securityGroupIds: ["sg-1", "sg-2"] });
    const { availabilityZones, vpcZoneIdentifiers } = declared.one(GROUP).inputs;
    assert.deepEqual([availabilityZones, vpcZoneIdentifiers], [["eu-west-3a", "eu-west-3b"], undefined]);
    const { keyName, networkInterfaces } = declared.one(TEMPLATE).inputs;
    assert.equal(keyName, "operators");
    assert.deepEqual((networkInterfaces as [{ securityGroups: string[] }])[0].securityGroups, ["sg-1", "sg-2"]);
    assert.throws(() => declared.one("aws:ec2/securityGroup:SecurityGroup"), /found 0/);
  });

  it("allows Session Manager shells and public addresses on request", async () => {
    const opensShells = ({ one }: Declaration): boolean => {
      const { policy } = one("aws:iam/rolePolicy:RolePolicy", "instance-service-policy").inputs;
      return JSON.stringify(policy).includes("ssmmessages:OpenDataChannel");
    };
    const declared = await declareGroup({ sessionManager: true, publicAddress: true });
    assert.equal(opensShells(declared), true);
    const [network] = declared.one(TEMPLATE).inputs.networkInterfaces as [{ associatePublicIpAddress: string }];
    assert.equal(network.associatePublicIpAddress, "true");
    assert.equal(opensShells(await declareGroup()), false);
  });

  it("allows only the configured inbound traffic", async () => {
    const declared = await declareGroup({ ingress: [{ fromPort: 443, cidrBlocks: ["10.0.0.0/8"] }] });
    const { ingress } = declared.one("aws:ec2/securityGroup:SecurityGroup").inputs as { ingress: unknown[] };
    assert.deepEqual(ingress, [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/8"] }]);
    const closed = (await declareGroup()).one("aws:ec2/securityGroup:SecurityGroup").inputs;
    assert.deepEqual(closed.ingress, []);
  });

  // https://github.com/hashicorp/terraform-provider-aws/issues/10155
  it("states what the provider would keep from before when a program leaves it out", async () => {
    const answers = {
      "aws:ec2/getAmi:getAmi": {
        id: "ami-0baked",
        rootDeviceName: "/dev/xvda",
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volume_size: "12" } }],
      },
    };
    const declared = (rootVolume?: RootVolume) =>
      declare(() => new ChefAutoScalingGroup("web", groupArgs({ rootVolume })), "test", answers);
    const ebs = async (rootVolume?: RootVolume) => {
      const { inputs } = (await declared(rootVolume)).one(TEMPLATE);
      const [root] = inputs.blockDeviceMappings as [{ ebs: Record<string, unknown> }];
      return [root.ebs.volumeSize, root.ebs.iops, root.ebs.throughput];
    };
    assert.deepEqual(await ebs(), [12, 3000, 125]);
    assert.deepEqual(await ebs({ sizeGib: 20, throughputMibps: 250 }), [20, 3000, 250]);
    assert.deepEqual(await ebs({ kind: "io2", iops: 500 }), [12, 500, undefined]);
  });

  it("encrypts the root volume with a key that the group may use before its first instance starts", async () => {
    const declared = await declareGroup({
      rootVolume: { kmsKeyArn: KEY, sizeGib: 50, iops: 4000, throughputMibps: 500 },
    });
    const [{ ebs }] = declared.one(TEMPLATE).inputs.blockDeviceMappings as [{ ebs: Record<string, unknown> }];
    assert.deepEqual(
      [ebs.kmsKeyId, ebs.volumeType, ebs.volumeSize, ebs.iops, ebs.throughput],
      [KEY, "gp3", 50, 4000, 500],
    );
    const grant = declared.one("aws:kms/grant:Grant");
    assert.match(
      grant.inputs.granteePrincipal as string,
      /^arn:aws:iam::123456789012:role\/.*AWSServiceRoleForAutoScaling$/,
    );
    assert.ok((grant.inputs.operations as string[]).includes("CreateGrant"));
    assert.ok(declared.one(GROUP).dependencies.includes(grant.urn));
  });

  it("fits the root volume to the image's own size, once that is known", async () => {
    const found: ValidationIssue[] = [];
    const volumes: RootVolume[] = [{ iops: 16_000 }, { sizeGib: 7 }, { kind: "io1", iops: 401 }];
    await declare(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      rootDevice("ami-0of8gib", parent).apply(({ deviceName, sizeGib }) => {
        assert.equal(deviceName, "/dev/xvda");
        for (const volume of [...volumes, {}, { sizeGib: 8, iops: 4_000 }]) {
          found.push(...imageVolumeIssues(volume, sizeGib));
        }
      });
    });
    assert.deepEqual(
      found.map(({ property, expected }) => [property, expected]),
      [
        ["rootVolume.iops", "at most 500 per GiB (4000)"],
        ["rootVolume.sizeGib", "at least the image's own 8 GiB"],
        ["rootVolume.iops", "at most 50 per GiB (400)"],
      ],
    );
  });

  it("creates no grant if the key's owner already has", async () => {
    const { resources } = await declareGroup({ rootVolume: { kmsKeyArn: KEY, grantKey: false } });
    assert.deepEqual(
      resources.filter(({ type }) => type === "aws:kms/grant:Grant"),
      [],
    );
  });

  it("uses load balancer health checks after a grace period", async () => {
    const targetGroupArns = ["arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/1"];
    const inputs = await groupInputs({ targetGroupArns, health: { kind: "elb", gracePeriodSeconds: 240 } });
    assert.deepEqual(
      [inputs.healthCheckType, inputs.healthCheckGracePeriod, inputs.targetGroupArns],
      ["ELB", 240, targetGroupArns],
    );
  });

  it("registers with Classic Load Balancers, and uses EBS health checks", async () => {
    const inputs = await groupInputs({ loadBalancerNames: ["old"], health: { kind: "ebs" } });
    const { loadBalancers, healthCheckType, healthCheckGracePeriod, trafficSources } = inputs;
    assert.deepEqual(
      [loadBalancers, healthCheckType, healthCheckGracePeriod, trafficSources],
      [["old"], "EBS", 300, undefined],
    );
  });

  it("registers with VPC Lattice, and uses several health checks", async () => {
    const trafficSources = [
      { type: "vpc-lattice", identifier: "arn:aws:vpc-lattice:eu-west-3:123456789012:targetgroup/tg-1" },
      { type: "elb", identifier: "old" },
    ] as const;
    const kind = ["ebs", "elb", "vpc-lattice"] as const;
    const inputs = await groupInputs({ trafficSources, health: { kind, gracePeriodSeconds: 240 } });
    assert.deepEqual([inputs.trafficSources, inputs.healthCheckType], [trafficSources, "EBS,ELB,VPC_LATTICE"]);
  });

  it("applies the settings for keeping and replacing instances", async () => {
    const inputs = await groupInputs({
      terminationPolicies: ["OldestInstance", "Default"],
      maximumInstanceLifetimeSeconds: 604_800,
      maintenance: { minHealthyPercentage: 90, maxHealthyPercentage: 120 },
      capacityRebalance: true,
      protectFromScaleIn: true,
      suspendedProcesses: ["AZRebalance"],
      defaultInstanceWarmupSeconds: 120,
    });
    assert.deepEqual(inputs.terminationPolicies, ["OldestInstance", "Default"]);
    assert.equal(inputs.maxInstanceLifetime, 604_800);
    assert.deepEqual(inputs.instanceMaintenancePolicy, { minHealthyPercentage: 90, maxHealthyPercentage: 120 });
    assert.deepEqual(
      [inputs.capacityRebalance, inputs.protectFromScaleIn, inputs.suspendedProcesses, inputs.defaultInstanceWarmup],
      [true, true, ["AZRebalance"], 120],
    );
  });

  it("mixes instance types, On-Demand and Spot, with the template's version number", async () => {
    const types = [
      { instanceType: "t3.small", weight: 1 },
      { instanceType: "t3.large", weight: 4 },
    ];
    const inputs = await groupInputs({ mixedInstances: { types, onDemandBase: 1, onDemandPercentage: 20 } });
    assert.equal(inputs.launchTemplate, undefined);
    assert.deepEqual(inputs.mixedInstancesPolicy, {
      instancesDistribution: {
        onDemandBaseCapacity: 1,
        onDemandPercentageAboveBaseCapacity: 20,
        onDemandAllocationStrategy: "lowest-price",
        spotAllocationStrategy: "price-capacity-optimized",
      },
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: "web-template-id", version: "7" },
        overrides: [
          { instanceType: "t3.small", weightedCapacity: "1" },
          { instanceType: "t3.large", weightedCapacity: "4" },
        ],
      },
    });
  });

  it("keeps a warm pool, also of mixed instances", async () => {
    const { warmPool } = await groupInputs({ warmPool: { minimumSize: 2, reuseOnScaleIn: true } });
    assert.deepEqual(warmPool, { poolState: "Stopped", minSize: 2, instanceReusePolicy: { reuseOnScaleIn: true } });
    const mixed = await groupInputs({ warmPool: {}, mixedInstances: { types: [{ instanceType: "t3.small" }] } });
    assert.ok(mixed.warmPool && mixed.mixedInstancesPolicy);
  });

  it("lets a warm pool hibernate instances whose launch settings, types and volumes support it", async () => {
    const rootVolume = { sizeGib: 30 };
    const pool = { warmPool: { state: "Hibernated" as const } };
    const template = (await declareGroup({ ...pool, rootVolume })).one(TEMPLATE).inputs;
    assert.deepEqual(template.hibernationOptions, { configured: true });
    assert.equal((await declareGroup({ warmPool: {} })).one(TEMPLATE).inputs.hibernationOptions, undefined);
    const type = { instanceType: "t3.small", hibernationSupported: true, memoryGib: 16 };
    const refused = (types: HibernatedType[], sizeGib: number | undefined) =>
      hibernationIssues(types, sizeGib).map(({ expected }) => expected);
    assert.deepEqual([refused([type], 30), refused([type], undefined), refused([], 8)], [[], [], []]);
    assert.match(String(refused([type], 16)), /larger than the 16 GiB of memory of "t3.small"/);
    const large = { ...type, memoryGib: 192 };
    for (const one of [large, { ...type, hibernationSupported: false }]) {
      assert.match(String(refused([type, one], 500)), /a type that supports hibernation, which "t3.small" does not/);
    }
  });
});

describe("public addresses", () => {
  it("are assigned in subnets with a route to the internet", async () => {
    const declared = await declareGroup({ publicAddress: true });
    const [network] = declared.one(TEMPLATE).inputs.networkInterfaces as [{ associatePublicIpAddress: string }];
    assert.equal(network.associatePublicIpAddress, "true");
  });

  it("are refused in subnets without one, once these are known", async () => {
    let found: readonly ValidationIssue[] = [];
    await declare(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      publicAddressIssues(["subnet-1", "subnet-private"], parent).apply((issues) => {
        found = issues;
      });
    });
    assert.deepEqual(
      found.map(({ property, value }) => [property, value]),
      [["subnetIds", ["subnet-private"]]],
    );
  });
});
