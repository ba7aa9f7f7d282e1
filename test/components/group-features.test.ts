import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs, type RootVolume } from "../../components";
import { type HibernatedType, hibernationIssues } from "../../components/group/hibernation";
import { rootDevice } from "../../components/group/launch";
import { publicAddressIssues } from "../../components/group/public-subnets";
import { imageVolumeIssues } from "../../components/group/root-volume";
import type { ValidationIssue } from "../../components/validation/issues";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";

const GROUP = "aws:autoscaling/group:Group";
const ROLLOUT = "pulumi-nodejs:dynamic/chef-autoscaling:Rollout";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
/** What the rollout changes, and the provider therefore leaves. */
const ROLLED_OUT = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

function declareGroup(args: Partial<ChefAutoScalingGroupArgs> = {}): Promise<Declaration> {
  return declare(() => new ChefAutoScalingGroup("web", groupArgs(args)));
}

async function group(args: Partial<ChefAutoScalingGroupArgs>): Promise<Record<string, unknown>> {
  return (await declareGroup(args)).one(GROUP).inputs;
}

function actions(declared: Declaration, policyEnding: string): string[] {
  const document = declared.one("aws:iam/rolePolicy:RolePolicy", policyEnding).inputs.policy as {
    Statement: Array<{ Action: string | string[] }>;
  };
  return document.Statement.flatMap(({ Action }) => Action);
}

const ANSWERS = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"];

function userData(declared: Declaration): string {
  return Buffer.from(declared.one(TEMPLATE).inputs.userData as string, "base64").toString();
}

describe("a group's features", () => {
  it("sets the desired capacity at every change for whoever asks for it", async () => {
    const declared = await declareGroup({ capacity: { min: 1, max: 4, desired: 2, keepScaled: false } });
    assert.deepEqual(declared.one(GROUP).ignoreChanges, [...ROLLED_OUT, "initialLifecycleHooks"]);
  });

  it("leaves the sizes that its schedules set to them", async () => {
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

  it("gives instances and volumes what the provider tags everything with, below its own tags", async () => {
    const shared = { owner: "platform", team: "nobody" };
    const answers = { "aws:index/getDefaultTags:getDefaultTags": { tags: shared } };
    const declared = await declare(
      () => new ChefAutoScalingGroup("web", groupArgs({ tags: { team: "web" } })),
      "test",
      answers,
    );
    const expected = { owner: "platform", team: "web", Name: "staging-web" };
    const { tagSpecifications } = declared.one(TEMPLATE).inputs;
    for (const { tags } of tagSpecifications as Array<{ tags: object }>) assert.deepEqual(tags, expected);
    const tags = declared.one(GROUP).inputs.tags as Array<{ key: string; value: string }>;
    assert.deepEqual(Object.fromEntries(tags.map(({ key, value }) => [key, value])), expected);
  });

  it("measures its instances every five minutes for whoever says so, and refuses alarms that would wait for data", async () => {
    const slow = { scaling: { out: { periodSeconds: 300 } }, detailedMonitoring: false };
    assert.deepEqual((await declareGroup(slow)).one(TEMPLATE).inputs.monitoring, { enabled: false });
    const configured = await declareGroup({ ...slow, launch: "configuration" });
    assert.equal(configured.one("aws:ec2/launchConfiguration:LaunchConfiguration").inputs.enableMonitoring, false);
    const fast = declareGroup({ scaling: { out: {} }, detailedMonitoring: false });
    await assert.rejects(fast, /'scaling\.out\.periodSeconds' is 60, expected 300 or more/);
  });

  it("launches a configuration in the default subnets of its zones, and says where there are none", async () => {
    const zones: Partial<ChefAutoScalingGroupArgs> = {
      launch: "configuration",
      subnetIds: undefined,
      availabilityZones: ["eu-west-3a"],
    };
    const { availabilityZones, vpcZoneIdentifiers } = await group(zones);
    assert.deepEqual([availabilityZones, vpcZoneIdentifiers], [undefined, ["subnet-default"]]);
    const answers = { "aws:ec2/getSubnets:getSubnets": { ids: [] } };
    const nowhere = declare(() => new ChefAutoScalingGroup("web", groupArgs(zones)), "test", answers);
    await assert.rejects(nowhere, /'availabilityZones' is \["eu-west-3a"\], expected zones in which the default VPC/);
  });

  it("measures everything, of itself and of its instances, and tags what it starts", async () => {
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

  it("starts in zones of the default VPC, with a key pair and security groups that it is given", async () => {
    const network = { subnetIds: undefined, availabilityZones: ["eu-west-3a", "eu-west-3b"] };
    const declared = await declareGroup({ ...network, keyName: "operators", securityGroupIds: ["sg-1", "sg-2"] });
    const { availabilityZones, vpcZoneIdentifiers } = declared.one(GROUP).inputs;
    assert.deepEqual([availabilityZones, vpcZoneIdentifiers], [["eu-west-3a", "eu-west-3b"], undefined]);
    const { keyName, networkInterfaces } = declared.one(TEMPLATE).inputs;
    assert.equal(keyName, "operators");
    assert.deepEqual((networkInterfaces as [{ securityGroups: string[] }])[0].securityGroups, ["sg-1", "sg-2"]);
    assert.throws(() => declared.one("aws:ec2/securityGroup:SecurityGroup"), /found 0/);
  });

  it("opens shells through Session Manager, and addresses to the Internet, for whoever asks for them", async () => {
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

  it("lets in what is asked for and nothing else", async () => {
    const declared = await declareGroup({ ingress: [{ fromPort: 443, cidrBlocks: ["10.0.0.0/8"] }] });
    const { ingress } = declared.one("aws:ec2/securityGroup:SecurityGroup").inputs as { ingress: unknown[] };
    assert.deepEqual(ingress, [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/8"] }]);
    const closed = (await declareGroup()).one("aws:ec2/securityGroup:SecurityGroup").inputs;
    assert.deepEqual(closed.ingress, []);
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

  it("fits the root volume to the image's own size, once it is known", async () => {
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
        ["rootVolume.iops", "at most 500 for each GiB (4000)"],
        ["rootVolume.sizeGib", "at least the image's own 8 GiB"],
        ["rootVolume.iops", "at most 50 for each GiB (400)"],
      ],
    );
  });

  it("grants nothing where the key's owner already has", async () => {
    const { resources } = await declareGroup({ rootVolume: { kmsKeyArn: KEY, grantKey: false } });
    assert.deepEqual(
      resources.filter(({ type }) => type === "aws:kms/grant:Grant"),
      [],
    );
  });

  it("is judged by its load balancers after a grace period", async () => {
    const targetGroupArns = ["arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/1"];
    const inputs = await group({ targetGroupArns, health: { kind: "elb", gracePeriodSeconds: 240 } });
    assert.deepEqual(
      [inputs.healthCheckType, inputs.healthCheckGracePeriod, inputs.targetGroupArns],
      ["ELB", 240, targetGroupArns],
    );
  });

  it("keeps and replaces its instances as told", async () => {
    const inputs = await group({
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

  it("mixes types, on demand and spot, by the template's number", async () => {
    const types = [
      { instanceType: "t3.small", weight: 1 },
      { instanceType: "t3.large", weight: 4 },
    ];
    const inputs = await group({ mixedInstances: { types, onDemandBase: 1, onDemandPercentage: 20 } });
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

  it("keeps a warm pool, of mixed instances as well", async () => {
    const { warmPool } = await group({ warmPool: { minimumSize: 2, reuseOnScaleIn: true } });
    assert.deepEqual(warmPool, { poolState: "Stopped", minSize: 2, instanceReusePolicy: { reuseOnScaleIn: true } });
    const mixed = await group({ warmPool: {}, mixedInstances: { types: [{ instanceType: "t3.small" }] } });
    assert.ok(mixed.warmPool && mixed.mixedInstancesPolicy);
  });

  it("lets a warm pool hibernate instances that were launched for it, of types and volumes that can", async () => {
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
      assert.match(String(refused([type, one], 500)), /a type that AWS hibernates, which "t3.small" is not/);
    }
  });

  it("rolls a changed image out with checkpoints and alarms, and back", async () => {
    const declared = await declareGroup({ rollout: { checkpointPercentages: [10, 100], alarmNames: ["errors"] } });
    const { inputs } = declared.one(ROLLOUT);
    assert.deepEqual([inputs.templateId, inputs.version, inputs.minSize], ["web-template-id", "7", 1]);
    assert.deepEqual(inputs.preferences, {
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 110,
      CheckpointPercentages: [10, 100],
      CheckpointDelay: 3600,
      AlarmNames: ["errors"],
      AutoRollback: true,
      SkipMatching: true,
      ScaleInProtectedInstances: "Ignore",
      StandbyInstances: "Ignore",
    });
  });

  it("owns the version: the provider changes none, starts no refresh and waits for nothing", async () => {
    const declared = await declareGroup();
    const { inputs, ignoreChanges } = declared.one(GROUP);
    assert.equal(inputs.instanceRefresh, undefined);
    assert.equal(inputs.waitForCapacityTimeout, "0");
    for (const owned of ROLLED_OUT) {
      assert.ok(ignoreChanges.includes(owned), owned);
    }
  });

  it("comes last, so that its instances meet the hooks, and what a failed one leaves is announced, reaped and watched", async () => {
    const declared = await declareGroup();
    const { dependencies, inputs } = declared.one(ROLLOUT);
    for (const type of [
      GROUP,
      "aws:autoscaling/lifecycleHook:LifecycleHook",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
    ]) {
      assert.ok(
        dependencies.some((urn) => urn.includes(`${type}::`)),
        type,
      );
    }
    assert.equal((await declareGroup({ rollout: { wait: false } })).one(ROLLOUT).inputs.wait, false);
    assert.doesNotMatch(JSON.stringify(inputs), /user_?data/i);
  });

  it("keeps the shares of a maintenance policy, and within AWS's widest range", async () => {
    const shares = async (args: Partial<ChefAutoScalingGroupArgs>) => {
      const { inputs } = (await declareGroup(args)).one(ROLLOUT);
      const preferences = inputs.preferences as { MinHealthyPercentage: number; MaxHealthyPercentage: number };
      return [preferences.MinHealthyPercentage, preferences.MaxHealthyPercentage];
    };
    assert.deepEqual(await shares({ maintenance: { minHealthyPercentage: 80, maxHealthyPercentage: 120 } }), [80, 120]);
    assert.deepEqual(await shares({ rollout: { minHealthyPercentage: 0 } }), [0, 100]);
  });

  it("hands a mixed instances policy to the rollout under AWS's own names", async () => {
    const types = [{ instanceType: "t3.small", weight: 1 }];
    const { inputs } = (await declareGroup({ mixedInstances: { types, onDemandBase: 1 } })).one(ROLLOUT);
    assert.deepEqual(inputs.mixedInstances, {
      InstancesDistribution: {
        OnDemandBaseCapacity: 1,
        OnDemandPercentageAboveBaseCapacity: 100,
        OnDemandAllocationStrategy: "lowest-price",
        SpotAllocationStrategy: "price-capacity-optimized",
      },
      Overrides: [{ InstanceType: "t3.small", WeightedCapacity: "1" }],
    });
  });

  it("holds a new instance until it has converged, which the instance itself may say", async () => {
    const declared = await declareGroup();
    const { inputs } = declared.one(HOOK);
    assert.deepEqual(
      [inputs.lifecycleTransition, inputs.heartbeatTimeout, inputs.defaultResult],
      ["autoscaling:EC2_INSTANCE_LAUNCHING", 900, "ABANDON"],
    );
    assert.deepEqual(actions(declared, "instance-service-policy"), ["ssm:GetParameter", ...ANSWERS]);
    const text = userData(declared);
    assert.match(text, /CHEF_LAUNCH_HOOK='launch'\n.*CHEF_HOOK_BEAT_SECONDS='300'/);
    assert.doesNotMatch(text, /CHEF_ON_FAILED_BOOT|CHEF_WARM_POOL/);
  });

  it("holds the first instance too: the group is made with the hook, whose changes do not replace it", async () => {
    const declared = await declareGroup({ hooks: { launch: { heartbeatSeconds: 600 } } });
    const { autoscalingGroupName: _, ...hook } = declared.one(HOOK).inputs;
    const { inputs, ignoreChanges } = declared.one(GROUP);
    assert.deepEqual(inputs.initialLifecycleHooks, [hook]);
    assert.equal(hook.heartbeatTimeout, 600);
    assert.ok(ignoreChanges.includes("initialLifecycleHooks"));
  });

  it("has no launch hook where its team wants none, and an instance that meets one until it is gone answers it", async () => {
    const declared = await declareGroup({ hooks: { launch: false } });
    assert.throws(() => declared.one(HOOK), /found 0/);
    assert.equal(declared.one(GROUP).inputs.initialLifecycleHooks, undefined);
    assert.equal(userData(declared), userData(await declareGroup()));
    assert.deepEqual(actions(declared, "instance-service-policy"), ["ssm:GetParameter", ...ANSWERS]);
  });

  it("keeps an instance whose first boot failed for as long as AWS lets it wait, for whoever asks for it", async () => {
    const declared = await declareGroup({ onFailedBoot: "keep" });
    const { heartbeatTimeout, defaultResult } = declared.one(HOOK).inputs;
    assert.deepEqual([heartbeatTimeout, defaultResult], [7200, "ABANDON"]);
    assert.match(userData(declared), /CHEF_HOOK_BEAT_SECONDS='2400'[\s\S]*CHEF_ON_FAILED_BOOT='keep'/);
  });

  it("tells an instance of a warm pool to answer once more when it leaves the pool", async () => {
    assert.match(userData(await declareGroup({ warmPool: {} })), /CHEF_WARM_POOL='yes'/);
  });

  it("leaves the launch hook to others where they are charged with it", async () => {
    const declared = await declareGroup({ hooks: { launch: { completedBy: "other" } } });
    assert.deepEqual(actions(declared, "instance-service-policy"), ["ssm:GetParameter"]);
  });

  it("holds a terminated instance until the reaper has answered, over the reaper's own topic", async () => {
    const declared = await declareGroup({ hooks: { terminate: { heartbeatSeconds: 600 } } });
    const { inputs } = declared.one(HOOK, "-terminate-hook");
    const topicArn = "arn:aws:sns/topic:Topic".replace(
      "aws:sns/topic:Topic",
      "aws:sns/topic:eu-west-3:123456789012:web-events-topic",
    );
    assert.equal(inputs.notificationTargetArn, topicArn);
    assert.deepEqual([inputs.heartbeatTimeout, inputs.defaultResult], [600, "CONTINUE"]);
    assert.deepEqual(actions(declared, "web-terminate-hook-policy"), ["sns:Publish"]);
  });
});

describe("public addresses", () => {
  it("are given in subnets with a route to the Internet", async () => {
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
