import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs } from "../../components";
import { groupIssues } from "../../components/group/group-validation";
import { raise, sentence } from "../../components/validation/issues";
import { CHEF, groupArgs } from "../helpers/arguments";

type Args = Partial<ChefAutoScalingGroupArgs>;

function properties(args: Args): string[] {
  return groupIssues(groupArgs(args)).map(({ property }) => property);
}

/** Settings from a configuration file, which are not type-checked. */
function untyped(args: Record<string, unknown>): Args {
  return args as Args;
}

const TYPE = { instanceType: "t3.small" };
const SET = { vcpuCount: { min: 2 }, memoryMib: { min: 4096 } };
/** Names of twenty images. */
const MANY = Array.from({ length: 20 }, (_, index) => `i${index}`);
const TARGETS = ["arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/1"];
const LATTICE = {
  type: "vpc-lattice",
  identifier: "arn:aws:vpc-lattice:eu-west-3:123456789012:targetgroup/tg-1",
} as const;
const CIRCLE = { web: {} as { self?: unknown } };
CIRCLE.web.self = CIRCLE.web;
const EVERYBODY = ["0.0.0.0/0"];
const GIVEN_QUEUE = {
  url: "https://sqs.eu-west-3.amazonaws.com/1/q",
  arn: "arn:aws:sqs:eu-west-3:1:q",
  deadLetterQueueUrl: "https://sqs.eu-west-3.amazonaws.com/1/d",
  deadLetterQueueArn: "arn:aws:sqs:eu-west-3:1:d",
};
const certificate = (name: string) => readFileSync(join(__dirname, `../fixtures/certificates/${name}.pem`), "utf8");
/** Two with RSA-4096 and one with P-256; each of their line ends counts as two. */
const MANY_CERTIFICATES = ["large-1", "large-2", "small"].map(certificate).join("");
const TOPIC = "arn:aws:sns:eu-west-3:123456789012:events";

/** Title, arguments, the property of each mistake. */
const CASES: Array<[string, Args, ...string[]]> = [
  ["min above max", { capacity: { min: 5, max: 4 } }, "capacity.min"],
  ["desired outside", { capacity: { min: 1, max: 4, desired: 5 } }, "capacity.desired"],
  ["half an instance", { capacity: { min: 0.5, max: 4 } }, "capacity.min"],
  ["subnets and zones", { availabilityZones: ["eu-west-3a"] }, "availabilityZones"],
  ["neither subnets nor zones", { subnetIds: undefined }, "subnetIds"],
  ["a slash in the group's name", { groupName: "web/1" }, "groupName"],
  ["a policy name without its group", { policyName: "web" }, "policyGroup"],
  ["a policyfile beside a run list", { policyName: "a", policyGroup: "b", runList: ["recipe[x]"] }, "policyName"],
  ["a rate of nothing", { reaper: { chefRequestsPerSecond: 0 } }, "reaper.chefRequestsPerSecond"],
  [
    "a password in the Chef server's URL",
    { chef: { ...CHEF, serverUrl: "https://proxy:pw@chef.example.com" } },
    "chef.serverUrl",
  ],
  ["certificates that a function has no room for", { chef: { ...CHEF, caPem: MANY_CERTIFICATES } }, "chef.caPem"],
  [
    "settings that a function has no room for",
    { reaper: { environment: { LIST: "x".repeat(4_000) } } },
    "reaper.environment",
  ],
  ["a function of an hour", { reaper: { timeoutSeconds: 3600 } }, "reaper.timeoutSeconds"],
  ["fewer invocations kept than asked for", { reaper: { reservedConcurrency: 4 } }, "reaper.reservedConcurrency"],
  [
    "one hours",
    { reaper: { reconcile: { scheduleExpression: "rate(1 hours)" } } },
    "reaper.reconcile.scheduleExpression",
  ],
  [
    "a crontab's five fields",
    { reaper: { reconcile: { scheduleExpression: "cron(0 * * * *)" } } },
    "reaper.reconcile.scheduleExpression",
  ],
  [
    "a reconcile that may remove all and nothing",
    { reaper: { reconcile: { graceSeconds: -1, maxDeletions: 0, maxDeletionShare: 1.5 } } },
    "reaper.reconcile.graceSeconds",
    "reaper.reconcile.maxDeletions",
    "reaper.reconcile.maxDeletionShare",
  ],

  ["SSH for everybody", { ingress: [{ fromPort: 22, cidrBlocks: EVERYBODY }] }, "ingress.0"],
  ["SSH for everybody in a range", { ingress: [{ fromPort: 1, toPort: 99, ipv6CidrBlocks: ["::/0"] }] }, "ingress.0"],
  [
    "SSH for both halves of everybody",
    { ingress: [{ fromPort: 22, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }] },
    "ingress.0",
  ],
  ["an address for a range", { ingress: [{ fromPort: 443, cidrBlocks: ["10.0.0.1"] }] }, "ingress.0.cidrBlocks"],
  ["a range of too many bits", { ingress: [{ fromPort: 443, cidrBlocks: ["10.0.0.0/33"] }] }, "ingress.0.cidrBlocks"],
  [
    "a range of the other family",
    { ingress: [{ fromPort: 443, ipv6CidrBlocks: ["10.0.0.0/8"] }] },
    "ingress.0.ipv6CidrBlocks",
  ],
  // https://github.com/aws-cloudformation/cfn-lint/issues/173
  [
    "a rule's description that EC2 refuses",
    { ingress: [{ fromPort: 443, cidrBlocks: EVERYBODY, description: "the team's" }] },
    "ingress.0.description",
  ],
  [
    "a rule's description that is too long",
    { ingress: [{ fromPort: 443, cidrBlocks: EVERYBODY, description: "x".repeat(256) }] },
    "ingress.0.description",
  ],
  // https://github.com/hashicorp/terraform-provider-aws/issues/29492
  ["a source twice in a rule", { ingress: [{ fromPort: 443, cidrBlocks: ["10.0.0.0/8", "10.0.0.0/8"] }] }, "ingress.0"],
  [
    "a source in two rules for the same ports",
    {
      ingress: [
        { fromPort: 443, securityGroupIds: ["sg-1"], description: "web" },
        { fromPort: 443, toPort: 443, securityGroupIds: ["sg-2", "sg-1"] },
      ],
    },
    "ingress.1",
  ],
  ["ports out of order", { ingress: [{ fromPort: 9, toPort: 1, cidrBlocks: EVERYBODY }] }, "ingress.0"],
  ["a rule for nobody", { ingress: [{ fromPort: 443 }] }, "ingress.0"],
  ["rules beside given groups", { ingress: [], securityGroupIds: ["sg-1"] }, "ingress"],

  ["more alarms than a refresh watches", { rollout: { alarmNames: Array(11).fill("errors") } }, "rollout.alarmNames"],
  [
    "a variable that Lambda sets itself",
    { reaper: { environment: { AWS_REGION: "eu-west-3" } } },
    "reaper.environment",
  ],
  ["a variable of no name", { reaper: { environment: { "a-b": "c" } } }, "reaper.environment"],
  ["a run list among the attributes", { attributes: { run_list: ["recipe[a]"] } }, "attributes.run_list"],
  ["what the client takes for a run list", { attributes: { recipes: [] } }, "attributes.recipes"],
  ["an environment among the attributes", { attributes: { chef_environment: "prod" } }, "attributes.chef_environment"],
  ["a policy among the attributes", { attributes: { policy_group: "prod" } }, "attributes.policy_group"],
  ["a function among the attributes", { attributes: { web: { port: () => 80 } } }, "attributes.web.port"],
  ["a number that JSON has not", { attributes: { web: [{ port: Number.NaN }] } }, "attributes.web.0.port"],
  ["an integer that JSON has not", { attributes: { size: BigInt(1) } }, "attributes.size"],
  ["a map among the attributes", { attributes: { web: new Map() } }, "attributes.web"],
  ["attributes that hold themselves", { attributes: CIRCLE }, "attributes.web.self"],

  ["a lifetime of an hour", { maximumInstanceLifetimeSeconds: 3600 }, "maximumInstanceLifetimeSeconds"],
  ["a lifetime of two years", { maximumInstanceLifetimeSeconds: 63_072_000 }, "maximumInstanceLifetimeSeconds"],
  ["a warm-up before the launch", { defaultInstanceWarmupSeconds: -1 }, "defaultInstanceWarmupSeconds"],
  ["ELB health at once", untyped({ health: { kind: "elb" }, targetGroupArns: TARGETS }), "health.gracePeriodSeconds"],
  [
    "ELB health of a VPC Lattice target group",
    { health: { kind: "elb", gracePeriodSeconds: 60 }, trafficSources: [LATTICE] },
    "health.kind",
  ],
  [
    "Lattice's health without its target group",
    { health: { kind: ["ebs", "vpc-lattice"], gracePeriodSeconds: 60 }, targetGroupArns: TARGETS },
    "health.kind",
  ],
  ["EC2's checks among others", untyped({ health: { kind: ["ec2", "ebs"], gracePeriodSeconds: 60 } }), "health.kind"],
  ["no health check at all", untyped({ health: { kind: [], gracePeriodSeconds: 60 } }), "health.kind"],
  ["health of an unknown kind", untyped({ health: { kind: ["ebs", "nlb"], gracePeriodSeconds: 60 } }), "health.kind.1"],
  ["a classic load balancer's ARN", { loadBalancerNames: TARGETS }, "loadBalancerNames"],
  [
    "traffic sources beside target groups and classic load balancers",
    { trafficSources: [LATTICE], targetGroupArns: TARGETS, loadBalancerNames: ["old"] },
    "targetGroupArns",
    "loadBalancerNames",
  ],
  [
    "a traffic source of another type",
    { trafficSources: [{ ...LATTICE, type: "elbv2" }] },
    "trafficSources.0.identifier",
  ],
  ["ELB health without target groups", { health: { kind: "elb", gracePeriodSeconds: 60 } }, "health.kind"],
  [
    "a maintenance range above 100",
    { maintenance: { minHealthyPercentage: 50, maxHealthyPercentage: 180 } },
    "maintenance.maxHealthyPercentage",
  ],

  ["a volume of no size", { rootVolume: { sizeGib: 0 } }, "rootVolume.sizeGib"],
  ["an io1 volume of 3 GiB", { rootVolume: { kind: "io1", sizeGib: 3, iops: 100 } }, "rootVolume.sizeGib"],
  ["an io1 volume beyond 16 TiB", { rootVolume: { kind: "io1", sizeGib: 16_385, iops: 100 } }, "rootVolume.sizeGib"],
  ["io2 without IOPS", untyped({ rootVolume: { kind: "io2" } }), "rootVolume.iops"],
  ["gp3 of few IOPS", { rootVolume: { iops: 100 } }, "rootVolume.iops"],
  ["more IOPS than GiB allow", { rootVolume: { kind: "io1", sizeGib: 10, iops: 600 } }, "rootVolume.iops"],
  ["throughput beyond its IOPS", { rootVolume: { iops: 3000, throughputMibps: 800 } }, "rootVolume.throughputMibps"],
  [
    "throughput of io1",
    untyped({ rootVolume: { kind: "io1", iops: 500, throughputMibps: 200 } }),
    "rootVolume.throughputMibps",
  ],
  [
    "a key of its own in a launch configuration",
    { launch: "configuration", rootVolume: { kmsKeyArn: "arn:aws:kms:eu-west-3:1:key/1" } },
    "rootVolume.kmsKeyArn",
  ],

  ["mixed instances of a configuration", { launch: "configuration", mixedInstances: { types: [TYPE] } }, "launch"],
  ["no types to mix", { mixedInstances: { types: [] } }, "mixedInstances.types"],
  ["a type twice", { mixedInstances: { types: [TYPE, TYPE] } }, "mixedInstances.types"],
  ["a weight of 1000", { mixedInstances: { types: [{ ...TYPE, weight: 1000 }] } }, "mixedInstances.types.0.weight"],
  ["half a weight", { mixedInstances: { types: [{ ...TYPE, weight: 1.5 }] } }, "mixedInstances.types.0.weight"],
  [
    "weights for some",
    { mixedInstances: { types: [TYPE, { instanceType: "t3.large", weight: 2 }] } },
    "mixedInstances.types",
  ],
  [
    "a type of an image that is not there",
    { mixedInstances: { types: [TYPE, { instanceType: "t4g.small", image: "amr" }], images: { arm: "ami-0a" } } },
    "mixedInstances.types.1.image",
    "mixedInstances.images.arm",
  ],
  [
    "a type of an image, without images",
    { mixedInstances: { types: [TYPE, { instanceType: "t4g.small", image: "arm" }] } },
    "mixedInstances.types.1.image",
  ],
  [
    "an image for no type",
    { mixedInstances: { types: [TYPE], images: { arm: "ami-0a" } } },
    "mixedInstances.images.arm",
  ],
  [
    "no type for the group's own image",
    { mixedInstances: { types: [{ instanceType: "t4g.small", image: "arm" }], images: { arm: "ami-0a" } } },
    "mixedInstances.types",
  ],
  [
    "two architectures of one image among several",
    {
      mixedInstances: {
        types: [TYPE, { instanceType: "t4g.small", image: "arm" }, { instanceType: "c7i.large", image: "arm" }],
        images: { arm: "ami-0a" },
      },
    },
    "mixedInstances.types.2.instanceType",
  ],
  [
    "an image that is named with a dot",
    untyped({
      mixedInstances: { types: [TYPE, { instanceType: "t4g.small", image: "a.b" }], images: { "a.b": "ami-0a" } },
    }),
    "mixedInstances.images.a.b",
  ],
  [
    "more images than AWS takes templates",
    {
      mixedInstances: {
        types: [TYPE, ...MANY.map((image) => ({ instanceType: `m7g.${image}`, image }))],
        images: Object.fromEntries(MANY.map((image) => [image, "ami-0a"])),
      },
    },
    "mixedInstances.images",
  ],
  [
    "a template of too long a name",
    {
      groupName: "g".repeat(126),
      mixedInstances: { types: [TYPE, { instanceType: "t4g.small", image: "arm" }], images: { arm: "ami-0a" } },
    },
    "mixedInstances.images.arm",
  ],
  ["neither types nor requirements", { mixedInstances: { onDemandBase: 1 } }, "mixedInstances.types"],
  [
    "types and requirements",
    { mixedInstances: { types: [TYPE], instanceRequirements: [SET] } },
    "mixedInstances.instanceRequirements",
  ],
  ["no requirements", { mixedInstances: { instanceRequirements: [] } }, "mixedInstances.instanceRequirements"],
  [
    "five sets of requirements",
    { mixedInstances: { instanceRequirements: Array(5).fill(SET) } },
    "mixedInstances.instanceRequirements",
  ],
  [
    "bounds the wrong way round",
    { mixedInstances: { instanceRequirements: [{ ...SET, memoryMib: { min: 4096, max: 2048 } }] } },
    "mixedInstances.instanceRequirements.0.memoryMib.max",
  ],
  [
    "requirements without memory",
    untyped({ mixedInstances: { instanceRequirements: [{ vcpuCount: { min: 2 } }] } }),
    "mixedInstances.instanceRequirements.0.memoryMib",
  ],
  [
    "types that are allowed and excluded",
    {
      mixedInstances: {
        instanceRequirements: [{ ...SET, allowedInstanceTypes: ["m7*"], excludedInstanceTypes: ["c*"] }],
      },
    },
    "mixedInstances.instanceRequirements.0.excludedInstanceTypes",
  ],
  [
    "a pattern of capitals",
    { mixedInstances: { instanceRequirements: [{ ...SET, allowedInstanceTypes: ["M7*"] }] } },
    "mixedInstances.instanceRequirements.0.allowedInstanceTypes",
  ],
  [
    "Intel's processors in Graviton types",
    {
      mixedInstances: {
        instanceRequirements: [{ ...SET, cpuManufacturers: ["intel"], allowedInstanceTypes: ["m7g*"] }],
      },
    },
    "mixedInstances.instanceRequirements.0.cpuManufacturers",
  ],
  [
    "an order of what has none",
    { mixedInstances: { instanceRequirements: [SET], onDemandAllocation: "prioritized" } },
    "mixedInstances.onDemandAllocation",
  ],
  [
    "requirements of an image that is not there",
    { mixedInstances: { instanceRequirements: [SET, { ...SET, image: "arm" }] } },
    "mixedInstances.instanceRequirements.1.image",
  ],
  [
    "a pool that hibernates what may not be able to",
    { warmPool: { state: "Hibernated" }, mixedInstances: { instanceRequirements: [SET] } },
    "mixedInstances.instanceRequirements.0.requireHibernateSupport",
    "mixedInstances.instanceRequirements.0.memoryMib.max",
  ],
  [
    "more on demand than all",
    { mixedInstances: { types: [TYPE], onDemandPercentage: 101 } },
    "mixedInstances.onDemandPercentage",
  ],
  [
    "a price in words",
    { mixedInstances: { types: [TYPE], spotMaximumPrice: "low" } },
    "mixedInstances.spotMaximumPrice",
  ],

  [
    "a warm pool of Spot Instances",
    { warmPool: {}, mixedInstances: { types: [TYPE], onDemandPercentage: 50 } },
    "mixedInstances.onDemandPercentage",
  ],
  [
    "a warm pool of weights",
    { warmPool: {}, mixedInstances: { types: [{ ...TYPE, weight: 2 }] } },
    "mixedInstances.types",
  ],
  [
    "hibernation from a launch configuration",
    { warmPool: { state: "Hibernated" }, launch: "configuration" },
    "warmPool.state",
  ],
  ["a warm pool of less than nothing", { warmPool: { maximumPrepared: -1 } }, "warmPool.maximumPrepared"],
  ["a hook that a warmed instance would not answer", { warmPool: {}, hooks: { launch: false } }, "hooks.launch"],
  ["a heartbeat of 10 s", { hooks: { terminate: { heartbeatSeconds: 10 } } }, "hooks.terminate.heartbeatSeconds"],
  [
    "a first boot of three days",
    { hooks: { launch: { maximumSeconds: 259_200, heartbeatSeconds: 7200 } } },
    "hooks.launch.maximumSeconds",
  ],
  ["a failed boot kept without a hook", { onFailedBoot: "keep", hooks: { launch: false } }, "onFailedBoot"],
  [
    "a failed boot kept until it goes into service",
    { onFailedBoot: "keep", hooks: { launch: { defaultResult: "CONTINUE" } } },
    "onFailedBoot",
  ],
  [
    "missing instances for a second",
    { observation: { alarms: { missingInstancesSeconds: 1 } } },
    "observation.alarms.missingInstancesSeconds",
  ],
  ["a heartbeat of a day", { hooks: { launch: { heartbeatSeconds: 86_400 } } }, "hooks.launch.heartbeatSeconds"],

  ["a healthy share of 250 %", { rollout: { maxHealthyPercentage: 250 } }, "rollout.maxHealthyPercentage"],
  ["checkpoints that fall", { rollout: { checkpointPercentages: [50, 20] } }, "rollout.checkpointPercentages"],
  [
    "a time limit that a new instance's warm-up exceeds",
    { defaultInstanceWarmupSeconds: 900, rollout: { timeoutSeconds: 600 } },
    "rollout.timeoutSeconds",
  ],
  [
    "a rollback of types chosen by attributes",
    {
      mixedInstances: { instanceRequirements: [{ vcpuCount: { min: 2 }, memoryMib: { min: 4096 } }] },
      rollout: { autoRollback: true },
    },
    "rollout.autoRollback",
  ],
  ["a delay without checkpoints", { rollout: { checkpointDelaySeconds: 60 } }, "rollout.checkpointDelaySeconds"],
  [
    "a rollback of a configuration",
    { launch: "configuration", rollout: { autoRollback: true } },
    "rollout.autoRollback",
  ],

  [
    "a message that comes back before the function gave up",
    { notifications: { visibilityTimeoutSeconds: 60 } },
    "notifications.visibilityTimeoutSeconds",
  ],
  ["eleven topics", { notifications: { moreTopicArns: Array(10).fill(TOPIC) } }, "notifications.moreTopicArns"],
  [
    "a key given and made",
    { notifications: { createKey: true, kmsKeyArn: "arn:aws:kms:eu-west-3:1:key/1" } },
    "notifications.createKey",
  ],
  [
    "receipts of a queue that is somebody else's",
    { notifications: { queue: GIVEN_QUEUE, maxReceiveCount: 5 } },
    "notifications.maxReceiveCount",
  ],
  [
    "a visibility of a queue that is somebody else's",
    { notifications: { queue: GIVEN_QUEUE, visibilityTimeoutSeconds: 180 } },
    "notifications.visibilityTimeoutSeconds",
  ],
  [
    "a key that would encrypt nothing",
    { notifications: { queue: GIVEN_QUEUE, topicArn: TOPIC, createKey: true } },
    "notifications.createKey",
  ],
  ["a message received no time", { notifications: { maxReceiveCount: 0 } }, "notifications.maxReceiveCount"],
  [
    "an oldest message of a second",
    { observation: { alarms: { oldestMessageSeconds: 1 } } },
    "observation.alarms.oldestMessageSeconds",
  ],
];

describe("a group's arguments", () => {
  it("pass if they are valid", () => {
    assert.deepEqual(properties({ scaling: { out: {}, in: {} } }), []);
    const all: Args = {
      capacity: { min: 1, max: 4, desired: 2 },
      ingress: [{ fromPort: 443, cidrBlocks: EVERYBODY }],
      health: { kind: "elb", gracePeriodSeconds: 300 },
      targetGroupArns: TARGETS,
      rootVolume: { sizeGib: 100, iops: 8000, throughputMibps: 2000 },
      hooks: { launch: {}, terminate: { heartbeatSeconds: 7200 } },
      mixedInstances: { types: [TYPE], onDemandPercentage: 0, spotMaximumPrice: "0.25" },
      rollout: { minHealthyPercentage: 50, maxHealthyPercentage: 150, checkpointPercentages: [1, 100] },
      maximumInstanceLifetimeSeconds: 86_400,
      notifications: { visibilityTimeoutSeconds: 180, moreTopicArns: Array(9).fill(TOPIC) },
      observation: { alarms: { missingInstancesSeconds: 86_400 } },
      onFailedBoot: "keep",
    };
    assert.deepEqual(properties(all), []);
    const mixedPool = { warmPool: {}, mixedInstances: { types: [TYPE], onDemandPercentage: 100 } };
    assert.deepEqual(properties(mixedPool), []);
  });

  for (const [title, args, ...expected] of CASES) {
    it(`refuse ${title}`, () => assert.deepEqual(properties(args), expected));
  }

  it("are all reported together, each with property, value, expectation and fix", () => {
    const args = groupArgs({ capacity: { min: 5, max: 4 }, groupName: "" });
    assert.throws(
      () => raise('Group "web"', groupIssues(args)),
      (error: Error) =>
        /2 mistakes/.test(error.message) &&
        /'capacity.min' is 5/.test(error.message) &&
        /'groupName'/.test(error.message),
    );
  });

  it("are reported with value, expectation and fix, whatever is wrong", () => {
    const number = fc.oneof(fc.integer({ min: -5, max: 100_000 }), fc.double());
    const args = fc.record({ lifetime: number, heartbeat: number, iops: number, share: number, prepared: number });
    fc.assert(
      fc.property(args, ({ lifetime, heartbeat, iops, share, prepared }) => {
        const issues = groupIssues(
          groupArgs({
            maximumInstanceLifetimeSeconds: lifetime,
            hooks: { terminate: { heartbeatSeconds: heartbeat } },
            rootVolume: { kind: "io1", iops },
            rollout: { minHealthyPercentage: share },
            warmPool: { maximumPrepared: prepared },
          }),
        );
        for (const issue of issues) {
          assert.match(sentence(issue), /^'[\w.]+' is .+, expected .+; .+[^.]$/);
        }
      }),
    );
  });

  it("allow a service more certificates than a function", () => {
    const service = { image: "acme/reaper:1.2.0", subnetIds: ["subnet-1"] };
    const chef = { ...CHEF, caPem: MANY_CERTIFICATES };
    assert.deepEqual(properties({ chef, reaper: { mode: "service", service } }), []);
    assert.deepEqual(properties({ chef: { ...CHEF, caPem: certificate("large-1") } }), []);
  });

  it("are quoted in the message", () => {
    const issue = { property: "a", value: "x", expected: "y", fix: "do z" };
    assert.equal(sentence(issue), `'a' is "x", expected y; do z`);
  });
});
