import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs } from "../../components";

type Args = ChefAutoScalingGroupArgs;

/** A mistake that can be added to any valid arguments. */
export interface Violation<Wrong> {
  readonly property: string;
  readonly wrong: fc.Arbitrary<Wrong>;
  put(args: Args, wrong: Wrong): Record<string, unknown>;
}

function violation<Wrong>(property: string, wrong: fc.Arbitrary<Wrong>, put: Violation<Wrong>["put"]) {
  return { property, wrong, put } as Violation<unknown>;
}

const outside = (least: number, most: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: -1_000_000, max: least - 1 }),
    fc.integer({ min: most + 1, max: most + 1_000_000 }),
    fc.constant((least + most) / 2 + 0.25),
  );
const negative = fc.integer({ max: -1 });
const nothing = fc.constant(undefined);
const word = fc.stringMatching(/^[A-Z]{3,9}$/);

const TYPE = { instanceType: "t3.small" };
const template = { launch: "template", warmPool: undefined, rollout: undefined, rootVolume: undefined };
const rule = { threshold: 90 };
const UNATTACHED = { loadBalancerNames: undefined, trafficSources: undefined };

/** Sets a wrong property in a part of the arguments, in addition to the part's other properties. */
function within(part: keyof Args, name: string, wrong: fc.Arbitrary<unknown>, also: Record<string, unknown> = {}) {
  return violation(`${part}.${name}`, wrong, (args, value) => {
    const held = args[part] as Record<string, unknown> | undefined;
    return { ...args, [part]: { ...held, ...also, [name]: value } };
  });
}

function ofScaling(path: string, wrong: fc.Arbitrary<unknown>, put: (wrong: unknown) => object) {
  return violation(`scaling.${path}`, wrong, (args, value) => ({ ...args, scaling: put(value) }));
}

/** The same for `instance`, after removing the parts that exclude it. */
const ofInstance = (path: string, wrong: fc.Arbitrary<unknown>, put: (wrong: unknown) => object, also: object = {}) =>
  violation(`instance.${path}`, wrong, (args, value) => ({
    ...args,
    ...template,
    ...also,
    mixedInstances: undefined,
    instance: put(value),
  }));

const WHOLE_STORE = { Effect: "Allow", Action: "secretsmanager:*", Resource: "*" };
const READS_SECRETS = "arn:aws:iam::aws:policy/SecretsManagerReadWrite";
const OWN_RULES = { securityGroupIds: undefined };
const volume = (given: object) => ({ volumes: [{ deviceName: "/dev/sdf", sizeGib: 8, ...given }] });

const INSTANCE_VIOLATIONS: readonly Violation<unknown>[] = [
  ofInstance("policyStatements.0", fc.constant(WHOLE_STORE), (one) => ({ policyStatements: [one] })),
  ofInstance("policyStatements.0.Sid", fc.constantFrom("ReadChefKey", "OpenShell"), (Sid) => ({
    policyStatements: [{ Sid, Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::web/*" }],
  })),
  ofInstance("managedPolicyArns.0", fc.constantFrom(READS_SECRETS, "mine"), (arn) => ({ managedPolicyArns: [arn] })),
  ofInstance("managedPolicyArns", fc.constant([]), (managedPolicyArns) => ({ profileName: "web", managedPolicyArns })),
  ofInstance("profileName", fc.constantFrom("", "a/b", "x".repeat(129)), (profileName) => ({ profileName })),
  ofInstance("profileArn", word, (profileArn) => ({ profileArn })),
  ofInstance("profileArn", fc.constant("arn:aws:iam::1:instance-profile/web"), (profileArn) => ({
    profileName: "web",
    profileArn,
  })),
  ofInstance("volumes.0.deviceName", fc.constantFrom("/dev/sda", "sdf", "/dev/nvme1n1"), (deviceName) =>
    volume({ deviceName }),
  ),
  ofInstance("volumes.0.sizeGib", outside(1, 65_536), (sizeGib) => volume({ sizeGib })),
  ofInstance("volumes.0.mountPoint", fc.constantFrom("data", "/", "/usr", "/var/lib"), (mountPoint) =>
    volume({ mountPoint }),
  ),
  ofInstance("volumes.0.filesystem", fc.constant("xfs"), (filesystem) => volume({ filesystem })),
  ofInstance("volumes.0.snapshotId", word, (snapshotId) => volume({ snapshotId })),
  ofInstance(
    "volumes.0.kmsKeyArn",
    fc.constant("arn:aws:kms:eu-west-3:1:key/1"),
    (kmsKeyArn) => volume({ kmsKeyArn }),
    {
      launch: "configuration",
      baseTemplate: undefined,
    },
  ),
  ofInstance("metadata.hopLimit", outside(1, 64), (hopLimit) => ({ metadata: { hopLimit } })),
  ofInstance("metadata.tags", fc.constant(true), (tags) => ({ metadata: { tags } }), {
    launch: "configuration",
    baseTemplate: undefined,
    tags: undefined,
  }),
  ofInstance("ipv6AddressCount", outside(0, 50), (ipv6AddressCount) => ({ ipv6AddressCount })),
  ofInstance(
    "egress",
    fc.constantFrom([], [{ fromPort: 80, cidrBlocks: ["0.0.0.0/0"] }]),
    (egress) => ({ egress }),
    OWN_RULES,
  ),
  ofInstance(
    "egress.0",
    fc.constantFrom({ fromPort: 443 }, { fromPort: 443, cidrBlocks: ["10.0.0.0"] }),
    (rule) => ({
      egress: [rule],
    }),
    OWN_RULES,
  ),
  ofInstance("egress", fc.constant([{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }]), (egress) => ({ egress }), {
    ingress: undefined,
    securityGroupIds: ["sg-1"],
  }),
  ofInstance("userData.before.0", fc.constantFrom("echo", "#cloud-config\nruncmd: [true]\n"), (part) => ({
    userData: { before: [part] },
  })),
  ofInstance("userData.after.0", fc.constantFrom("", "#cloud-config\npackages: []\n"), (part) => ({
    userData: { after: [part] },
  })),
];

export const VIOLATIONS: readonly Violation<unknown>[] = [
  violation("groupName", fc.constantFrom("", "a/b", "a b", "x".repeat(201)), (args, groupName) => ({
    ...args,
    groupName,
  })),
  violation("imageId", word, (args, imageId) => ({ ...args, imageId })),
  violation("instanceType", word, (args, instanceType) => ({ ...args, instanceType })),
  violation("chef.serverUrl", word, (args, serverUrl) => ({ ...args, chef: { ...args.chef, serverUrl } })),
  violation("chef.validator.key", fc.constant({ file: "/v.pem" }), (args, key) => ({
    ...args,
    chef: { ...args.chef, validator: { name: "v", key } },
  })),
  violation("chef.operator.key", fc.constant({ environment: "KEY" }), (args, key) => ({
    ...args,
    chef: { ...args.chef, operator: { name: "o", key } },
  })),

  violation("capacity.min", fc.integer({ min: 1, max: 99 }), (args, above) => ({
    ...args,
    capacity: { min: args.capacity.max + Number(above), max: args.capacity.max },
  })),
  violation("capacity.desired", fc.integer({ min: 1, max: 99 }), (args, above) => ({
    ...args,
    capacity: { ...args.capacity, desired: args.capacity.max + Number(above) },
  })),
  violation("subnetIds", nothing, (args) => ({ ...args, subnetIds: undefined, availabilityZones: undefined })),
  violation("subnetIds", word, (args, id) => ({ ...args, subnetIds: [id], availabilityZones: undefined })),
  violation("subnetIds", fc.constant([]), (args, subnetIds) => ({ ...args, subnetIds, availabilityZones: undefined })),
  violation("availabilityZones", nothing, (args) => ({
    ...args,
    subnetIds: ["subnet-1"],
    availabilityZones: ["eu-west-3a"],
  })),
  violation("availabilityZones", word, (args, zone) => ({ ...args, subnetIds: undefined, availabilityZones: [zone] })),
  violation("securityGroupIds", word, (args, id) => ({
    ...args,
    ...{ ingress: undefined, instance: undefined },
    securityGroupIds: [id],
  })),
  violation("ingress", nothing, (args) => ({
    ...args,
    ...{ ingress: [], instance: undefined },
    securityGroupIds: ["sg-1"],
  })),
  violation("ingress.0", fc.constantFrom(22, 3389), (args, fromPort) => ({
    ...args,
    securityGroupIds: undefined,
    ingress: [{ fromPort, cidrBlocks: ["0.0.0.0/0"] }],
  })),
  violation("permissionsBoundary", word, (args, permissionsBoundary) => ({ ...args, permissionsBoundary })),
  violation("targetGroupArns", word, (args, arn) => ({
    ...args,
    ...UNATTACHED,
    health: undefined,
    targetGroupArns: [arn],
  })),
  violation("targetGroupArns", nothing, (args) => ({
    ...args,
    ...UNATTACHED,
    health: undefined,
    targetGroupArns: ["arn:aws:elasticloadbalancing:eu-west-3:1:targetgroup/web/1"],
    trafficSources: [{ type: "elb", identifier: "old" }],
  })),
  violation("loadBalancerNames", fc.constantFrom("-a", "a.b", "x".repeat(33)), (args, name) => ({
    ...args,
    ...UNATTACHED,
    health: undefined,
    loadBalancerNames: [name],
  })),

  ...INSTANCE_VIOLATIONS,

  violation("rootVolume.sizeGib", outside(1, 65_536), (args, sizeGib) => ({ ...args, rootVolume: { sizeGib } })),
  violation("rootVolume.iops", outside(3_000, 80_000), (args, iops) => ({ ...args, rootVolume: { iops } })),
  violation("rootVolume.iops", fc.integer({ min: 4, max: 100 }), (args, sizeGib) => ({
    ...args,
    rootVolume: { kind: "io1", sizeGib, iops: 100 + 50 * Number(sizeGib) },
  })),
  violation("rootVolume.throughputMibps", outside(125, 750), (args, throughputMibps) => ({
    ...args,
    rootVolume: { throughputMibps },
  })),
  violation("rootVolume.kmsKeyArn", word, (args, kmsKeyArn) => ({
    ...args,
    ...template,
    rootVolume: { kmsKeyArn },
  })),
  violation("rootVolume.kmsKeyArn", nothing, (args) => ({
    ...args,
    launch: "configuration",
    instance: undefined,
    baseTemplate: undefined,
    mixedInstances: undefined,
    rollout: undefined,
    rootVolume: { kmsKeyArn: "arn:aws:kms:eu-west-3:1:key/1" },
  })),
  violation("health.gracePeriodSeconds", fc.constantFrom(undefined, 0, -1, 0.5), (args, gracePeriodSeconds) => ({
    ...args,
    ...UNATTACHED,
    targetGroupArns: ["arn:aws:elasticloadbalancing:eu-west-3:1:targetgroup/web/1"],
    health: { kind: "elb", gracePeriodSeconds },
  })),
  violation("health.kind", fc.constantFrom(undefined, []), (args, targetGroupArns) => ({
    ...args,
    ...UNATTACHED,
    targetGroupArns,
    health: { kind: "elb", gracePeriodSeconds: 60 },
  })),
  violation(
    "maximumInstanceLifetimeSeconds",
    outside(86_400, 31_536_000).filter((seconds) => seconds !== 0),
    (args, maximumInstanceLifetimeSeconds) => ({ ...args, maximumInstanceLifetimeSeconds }),
  ),
  violation("defaultInstanceWarmupSeconds", negative, (args, defaultInstanceWarmupSeconds) => ({
    ...args,
    defaultInstanceWarmupSeconds,
  })),
  within("maintenance", "minHealthyPercentage", fc.constantFrom(101, 150, 50.25), { maxHealthyPercentage: 150 }),
  within("maintenance", "maxHealthyPercentage", outside(100, 200), { minHealthyPercentage: 100 }),
  violation("passOn.group.minSize", fc.integer(), (args, minSize) => ({ ...args, passOn: { group: { minSize } } })),
  violation("tags", fc.constantFrom("aws:mine", "", "k".repeat(129)), (args, key) => ({
    ...args,
    tags: { ...args.tags, [String(key)]: "" },
  })),
  violation("attributes", fc.integer({ min: 16_384, max: 40_000 }), (args, size) => ({
    ...args,
    attributes: { motd: "x".repeat(Number(size)) },
  })),

  violation("launch", nothing, (args) => ({
    ...args,
    ...template,
    mixedInstances: { types: [TYPE] },
    launch: "configuration",
    instance: undefined,
    baseTemplate: undefined,
  })),
  violation("baseTemplate", fc.constantFrom({}, { id: "lt-1", name: "old" }), (args, baseTemplate) => ({
    ...args,
    ...template,
    baseTemplate,
  })),
  violation("baseTemplate", nothing, (args) => ({
    ...args,
    ...{ launch: "configuration", mixedInstances: undefined, rollout: undefined, rootVolume: undefined },
    ...{ instance: undefined, baseTemplate: { id: "lt-1" } },
  })),
  violation("baseTemplate.id", word, (args, id) => ({ ...args, ...template, baseTemplate: { id } })),
  violation("baseTemplate.name", fc.constantFrom("ab", "a b", "lt-0a1"), (args, name) => ({
    ...args,
    ...template,
    baseTemplate: { name },
  })),
  violation("mixedInstances.types", fc.constantFrom([], [TYPE, TYPE]), (args, types) => ({
    ...args,
    ...template,
    mixedInstances: { types },
  })),
  violation("mixedInstances.types.0.weight", outside(1, 999), (args, weight) => ({
    ...args,
    ...template,
    mixedInstances: { types: [{ ...TYPE, weight }] },
  })),
  violation("mixedInstances.onDemandPercentage", outside(0, 100), (args, onDemandPercentage) => ({
    ...args,
    ...template,
    mixedInstances: { types: [TYPE], onDemandPercentage },
  })),
  violation("mixedInstances.onDemandPercentage", fc.integer({ min: 0, max: 99 }), (args, onDemandPercentage) => ({
    ...args,
    ...template,
    hooks: undefined,
    mixedInstances: { types: [TYPE], onDemandPercentage },
    warmPool: {},
  })),
  violation("warmPool.state", nothing, (args) => ({
    ...args,
    ...template,
    launch: "configuration",
    instance: undefined,
    baseTemplate: undefined,
    hooks: undefined,
    mixedInstances: undefined,
    warmPool: { state: "Hibernated" },
  })),
  violation("warmPool.maximumPrepared", fc.oneof(negative, fc.constant(1.5)), (args, maximumPrepared) => ({
    ...args,
    ...template,
    mixedInstances: undefined,
    hooks: undefined,
    warmPool: { maximumPrepared },
  })),
  violation("hooks.launch", nothing, (args) => ({
    ...args,
    mixedInstances: undefined,
    onFailedBoot: undefined,
    warmPool: {},
    hooks: { launch: false },
  })),
  violation("hooks.launch.maximumSeconds", outside(300, 30_000), (args, maximumSeconds) => ({
    ...args,
    onFailedBoot: undefined,
    hooks: { launch: { heartbeatSeconds: 300, maximumSeconds } },
  })),
  violation(
    "onFailedBoot",
    fc.constantFrom(false, { completedBy: "other" }, { defaultResult: "CONTINUE" }),
    (args, launch) => ({
      ...args,
      warmPool: undefined,
      hooks: { launch },
      onFailedBoot: "keep",
    }),
  ),
  violation("hooks.terminate.heartbeatSeconds", outside(30, 7_200), (args, heartbeatSeconds) => ({
    ...args,
    hooks: { terminate: { heartbeatSeconds } },
  })),

  within("rollout", "minHealthyPercentage", outside(0, 100), { maxHealthyPercentage: undefined }),
  within("rollout", "instanceWarmupSeconds", negative),
  within("rollout", "checkpointPercentages", fc.constantFrom([], [50, 20], [0, 100], [101], [1.5], [10, 50])),
  within("rollout", "maxFailedInstances", negative),
  within("rollout", "timeoutSeconds", fc.constantFrom(0, 59, -1, 61.5)),
  violation("rollout.checkpointDelaySeconds", fc.integer({ min: 0, max: 172_800 }), (args, checkpointDelaySeconds) => ({
    ...args,
    rollout: { checkpointDelaySeconds },
  })),
  within("rollout", "checkpointDelaySeconds", outside(0, 172_800), { checkpointPercentages: [50, 100] }),
  violation("rollout.autoRollback", nothing, (args) => ({
    ...args,
    launch: "configuration",
    instance: undefined,
    baseTemplate: undefined,
    mixedInstances: undefined,
    rootVolume: undefined,
    rollout: { autoRollback: true },
  })),
  violation("rollout.skipMatching", nothing, (args) => ({
    ...args,
    launch: "configuration",
    instance: undefined,
    baseTemplate: undefined,
    mixedInstances: undefined,
    rootVolume: undefined,
    rollout: { skipMatching: true },
  })),
  within(
    "rollout",
    "alarmNames",
    fc.constantFrom([""], ["x".repeat(256)], ["arn:aws:cloudwatch:eu-west-3:1:alarm:errors"]),
  ),

  ofScaling("in.threshold", fc.integer({ min: 90, max: 200 }), (threshold) => ({ out: rule, in: { threshold } })),
  ofScaling("out.datapointsToAlarm", outside(1, 6), (datapointsToAlarm) => ({
    out: { evaluationPeriods: 6, datapointsToAlarm },
  })),
  ofScaling("out.periodSeconds", fc.constantFrom(45, 90, 61), (periodSeconds) => ({ out: { periodSeconds } })),
  ofScaling("out.periodSeconds", fc.constantFrom(10, 20, 30), (periodSeconds) => ({ out: { periodSeconds } })),
  ofScaling("in.evaluationPeriods", fc.integer({ min: 1_441, max: 9_999 }), (evaluationPeriods) => ({
    in: { evaluationPeriods, datapointsToAlarm: 1 },
  })),
  ofScaling("in.adjustment", fc.oneof(fc.nat(), fc.constant(-1.5)), (adjustment) => ({ in: { adjustment } })),
  ofScaling("out.steps.0.from", outside(0, 0), (from) => ({ out: { steps: [{ from, adjustment: 1 }] } })),
  ofScaling("out.steps.1.from", fc.integer({ max: 0 }), (from) => ({
    out: { steps: [0, from].map((at) => ({ from: at, adjustment: 1 })) },
  })),
  ofScaling("in.steps.1.adjustment", fc.nat(), (adjustment) => ({
    in: {
      steps: [
        { from: 0, adjustment: -1 },
        { from: -9, adjustment },
      ],
    },
  })),
  ofScaling("out.steps", fc.integer({ min: 41, max: 60 }), (length) => ({
    out: { steps: Array.from({ length: Number(length) }, (_, from) => ({ from, adjustment: 1 })) },
  })),
  ofScaling("targets.cpu.target", fc.integer({ max: 0 }), (target) => ({ targets: { cpu: { target } } })),
  ofScaling("targets.web.metric.resourceLabel", word, (resourceLabel) => ({
    targets: { web: { target: 9, metric: { kind: "requestsPerInstance", resourceLabel } } },
  })),
  ofScaling("schedules.night.timeZone", word, (timeZone) => ({
    schedules: { night: { recurrence: "0 22 * * *", min: 0, timeZone } },
  })),
  ofScaling("schedules.night.recurrence", word, (recurrence) => ({ schedules: { night: { recurrence, min: 0 } } })),

  within("notifications", "topicArn", word),
  within("notifications", "kmsKeyArn", word),
  within("notifications", "maxReceiveCount", outside(1, 1_000)),
  violation("notifications.visibilityTimeoutSeconds", outside(180, 43_200), (args, visibilityTimeoutSeconds) => ({
    ...args,
    reaper: undefined,
    notifications: { visibilityTimeoutSeconds },
  })),
  within(
    "notifications",
    "moreTopicArns",
    fc.integer({ min: 10, max: 20 }).map((length) => Array(length).fill("arn:aws:sns:eu-west-3:1:t")),
  ),
  violation("observation.alarms.oldestMessageSeconds", outside(60, 9_999_999), (args, seconds) => ({
    ...args,
    observation: { alarms: { oldestMessageSeconds: Math.min(59, Number(seconds)) } },
  })),
  violation("reaper.maximumConcurrency", outside(2, 1_000), (args, maximumConcurrency) => ({
    ...args,
    reaper: { maximumConcurrency },
    notifications: undefined,
  })),
  violation("reaper.absenceGraceSeconds", outside(0, 86_400), (args, absenceGraceSeconds) => ({
    ...args,
    reaper: { absenceGraceSeconds },
    notifications: undefined,
  })),
];
