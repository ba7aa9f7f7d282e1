import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { ChefAutoScalingGroupArgs, IngressRule, Scaling, ScalingStep } from "../../components";
import { CHEF } from "./arguments";
import { soundInstance } from "./sound-instance";

type Args = ChefAutoScalingGroupArgs;

/** Arbitrary valid arguments of a group, with and without each optional argument. */
export function soundArguments(): fc.Arbitrary<Args> {
  return fc
    .record({
      base: fc.record({
        groupName: text(/^[A-Za-z0-9_.-]{1,200}$/),
        imageId: fc.constantFrom("ami-0a1", later("ami-1")),
      }),
      capacity: fc.tuple(count(50), count(50), count(50)),
      network: fc.constantFrom<Partial<Args>>(
        { subnetIds: ["subnet-1", later("subnet-2")] },
        { subnetIds: later(["subnet-1"]) },
        { availabilityZones: ["eu-west-3a", "eu-west-3-par-1a"] },
      ),
      access: optional(
        fc.oneof(
          ingress().map((rules) => ({ ingress: rules })),
          constant({ securityGroupIds: ["sg-1"] }),
        ),
      ),
      launch: fc.oneof(fromTemplate(), fromConfiguration()),
      health: optional(health()),
      keeping: keeping(),
      hooks: optional(hooks()),
      scaling: optional(scaling()),
      observed: observed(),
      converged: fc.constantFrom<Partial<Args>>(
        {},
        { runList: ["recipe[a]", "role[b]"], environment: "staging", attributes: { a: { b: [1] } } },
        { policyName: "web", policyGroup: "staging" },
      ),
      pool: optional(fc.record({ minimumSize: count(5), maximumPrepared: count(9), reuseOnScaleIn: fc.boolean() })),
      kept: optional(constant("keep" as const)),
    })
    .map(
      ({
        base,
        capacity,
        pool,
        network,
        access,
        launch,
        health,
        keeping,
        hooks,
        scaling,
        observed,
        converged,
        kept,
      }) => {
        const [min = 0, desired, max = 0] = [...capacity].sort((a, b) => a - b);
        const parts = [network, access, launch, health, keeping, scaling && { scaling }, observed, converged];
        const args: Args = { ...base, instanceType: "t3.small", chef: CHEF, capacity: { min, desired, max } };
        const mixed = withoutRules(Object.assign(args, ...parts) as Args);
        const booted = kept && canKeep(hooks) ? { ...mixed, hooks, onFailedBoot: kept } : { ...mixed, hooks };
        return pool === undefined || mixed.mixedInstances || hooks?.launch === false
          ? booted
          : { ...booted, warmPool: pool };
      },
    );
}

/** Given security groups have their own rules. */
function withoutRules({ instance, ...args }: Args): Args {
  if (!instance) return args;
  const { egress, ...others } = instance;
  return { ...args, instance: args.securityGroupIds ? others : instance };
}

/** Keeping a failed boot requires that the package completes the launch hook, with a default result other than CONTINUE. */
function canKeep({ launch }: Hooks = {}): boolean {
  return launch !== false && launch?.defaultResult !== "CONTINUE" && launch?.completedBy !== "other";
}

/** A value that is known only after another resource has been created. */
function later<T>(value: T): pulumi.Output<T> {
  return pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
}

function text(pattern: RegExp): fc.Arbitrary<string> {
  return fc.stringMatching(pattern);
}

function count(max: number, min = 0): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

function constant<T>(value: T): fc.Arbitrary<T> {
  return fc.constant(value);
}

function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

function ingress(): fc.Arbitrary<IngressRule[]> {
  const ports = fc.tuple(count(65_535), count(65_535)).map(([a, b]) => ({
    fromPort: Math.min(a, b),
    toPort: Math.max(a, b),
  }));
  const rule = fc.oneof(
    ports.map((range) => ({ ...range, cidrBlocks: ["10.0.0.0/8"] })),
    ports.map((range) => ({ ...range, securityGroupIds: later(["sg-2"]) })),
    constant({ fromPort: 443, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] }),
  );
  // EC2 refuses a rule that occurs twice
  const selector = ({ fromPort, toPort }: IngressRule) => `${fromPort}-${toPort}`;
  return fc.uniqueArray(rule, { maxLength: 4, selector });
}

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

function volume() {
  const gp3 = fc.tuple(count(65_536, 160), count(80_000, 3_000)).chain(([sizeGib, iops]) =>
    fc.record({
      sizeGib: constant(sizeGib),
      iops: constant(Math.min(iops, 500 * sizeGib)),
      throughputMibps: optional(count(Math.min(2_000, Math.floor(Math.min(iops, 500 * sizeGib) / 4)), 125)),
    }),
  );
  const io = fc.record({ kind: fc.constantFrom("io1" as const, "io2" as const), iops: count(64_000, 100) });
  return fc.oneof(gp3, io, constant({}));
}

function fromTemplate(): fc.Arbitrary<Partial<Args>> {
  const types = fc.constantFrom(
    [{ instanceType: "t3.small" }, { instanceType: "t3a.small" }],
    [
      { instanceType: "t3.small", weight: 1 },
      { instanceType: "m5.24xlarge", weight: 999 },
    ],
  );
  const mixedInstances = fc.record(
    { types, onDemandBase: count(9), onDemandPercentage: count(100), spotMaximumPrice: text(/^\d\.\d\d$/) },
    { requiredKeys: ["types"] },
  );
  const key = fc.constantFrom({}, { kmsKeyArn: KEY }, { kmsKeyArn: later(KEY), grantKey: false });
  return fc.record(
    {
      launch: constant("template" as const),
      mixedInstances,
      rootVolume: fc.tuple(volume(), key).map(([shape, owner]) => ({ ...shape, ...owner })),
      rollout: rollout(fc.boolean(), fc.boolean()),
      instance: soundInstance("template"),
      baseTemplate: fc.constantFrom(
        { id: "lt-0a1" },
        { id: later("lt-0a1") },
        { name: "old" },
        { name: later("old/web") },
      ),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Partial<Args>>;
}

function fromConfiguration(): fc.Arbitrary<Partial<Args>> {
  const launch = constant("configuration" as const);
  const rolled = rollout(constant(false), constant(false));
  const parts = { launch, rootVolume: volume(), rollout: rolled, instance: soundInstance("configuration") };
  return fc.record(parts, { requiredKeys: ["launch"] }) as fc.Arbitrary<Partial<Args>>;
}

function rollout(autoRollback: fc.Arbitrary<boolean>, skipMatching: fc.Arbitrary<boolean>) {
  const checkpoints = fc.uniqueArray(count(100, 1), { minLength: 1, maxLength: 5 }).map((all) => ({
    checkpointPercentages: [...all.filter((one) => one < 100).sort((a, b) => a - b), 100],
    checkpointDelaySeconds: 600,
  }));
  const shares = fc.tuple(count(100), count(100)).map(([min, room]) => ({
    minHealthyPercentage: min,
    maxHealthyPercentage: Math.max(100, min + room),
  }));
  const more = fc.record({
    instanceWarmupSeconds: count(900),
    autoRollback,
    skipMatching,
    maxFailedInstances: count(5),
  });
  return fc
    .tuple(fc.oneof(checkpoints, constant({})), fc.oneof(shares, constant({})), more)
    .map(([points, healthy, others]) => ({ ...points, ...healthy, ...others, alarmNames: ["errors"] }));
}

function health(): fc.Arbitrary<Partial<Args>> {
  const arn = "arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/1";
  return fc.oneof(
    count(900, 1).map((gracePeriodSeconds) => ({
      targetGroupArns: later([arn]),
      health: { kind: "elb" as const, gracePeriodSeconds },
    })),
    count(900).map((gracePeriodSeconds) => ({ health: { kind: "ec2" as const, gracePeriodSeconds } })),
    count(900, 1).map((gracePeriodSeconds) => ({
      trafficSources: [
        { type: "elb" as const, identifier: "old" },
        { type: "elbv2" as const, identifier: later(arn) },
        { type: "vpc-lattice" as const, identifier: "arn:aws:vpc-lattice:eu-west-3:123456789012:targetgroup/tg-1" },
      ],
      health: { kind: ["ebs", "elb", "vpc-lattice"] as const, gracePeriodSeconds },
    })),
    fc.constantFrom<Partial<Args>>({ loadBalancerNames: ["old"], health: { kind: "ebs" } }),
  );
}

function keeping(): fc.Arbitrary<Partial<Args>> {
  const shares = fc.tuple(count(100), count(100));
  return fc.record(
    {
      maximumInstanceLifetimeSeconds: fc.oneof(constant(0), count(31_536_000, 86_400)),
      // Below the rollout's default limit
      defaultInstanceWarmupSeconds: count(3_599),
      maintenance: shares.map(([min, room]) => ({
        minHealthyPercentage: min,
        maxHealthyPercentage: Math.max(100, min + room),
      })),
      terminationPolicies: constant(["OldestInstance" as const]),
      tags: fc.dictionary(text(/^[a-z]{1,128}$/), text(/^.{0,256}$/), { maxKeys: 5 }),
      permissionsBoundary: constant("arn:aws:iam::123456789012:policy/boundary"),
      keyName: constant("operators"),
      passOn: constant({ group: { placementGroup: later("near"), defaultCooldown: 60 } }),
    },
    { requiredKeys: [] },
  );
}

type Hooks = NonNullable<Args["hooks"]>;

function hooks(): fc.Arbitrary<Hooks> {
  const hook = fc.record({ heartbeatSeconds: count(7_200, 30), defaultResult: fc.constantFrom("ABANDON", "CONTINUE") });
  const launch = fc.oneof(
    hook,
    hook.map((given) => ({ ...given, completedBy: "other" as const })),
    constant(false),
  );
  return fc.record({ launch, terminate: hook }, { requiredKeys: [] }) as fc.Arbitrary<Hooks>;
}

/** Distances that increase from 0, with adjustments that have the direction's sign. */
export function soundSteps(sign: 1 | -1): fc.Arbitrary<ScalingStep[]> {
  const step = fc.record({ gap: count(1_000, 1), size: count(100, 1) });
  return fc.array(step, { minLength: 1, maxLength: 40 }).map((parts) => {
    let from = 0;
    return parts.map(({ gap, size }, index): ScalingStep => {
      from += index === 0 ? 0 : gap;
      return { from: from === 0 ? 0 : sign * from, adjustment: sign * size };
    });
  });
}

function rule(sign: 1 | -1) {
  const evaluated = count(20, 1).chain((evaluationPeriods) =>
    fc.record({ evaluationPeriods: constant(evaluationPeriods), datapointsToAlarm: count(evaluationPeriods, 1) }),
  );
  const reaction = fc.oneof(
    count(9, 1).map((size) => ({ adjustment: sign * size, policy: { kind: "simple", cooldownSeconds: 60 } })),
    soundSteps(sign).map((steps) => ({ steps, unit: "percent", minimumInstances: 2 })),
    constant({}),
  );
  const shape = fc.record({
    periodSeconds: fc.constantFrom(60, 300, 3_600),
    statistic: fc.constantFrom("Average", "Maximum", "p95", "p99.9"),
    treatMissingData: fc.constantFrom("missing", "breaching"),
  });
  return fc.tuple(evaluated, reaction, shape).map((parts) => Object.assign({}, ...parts) as object);
}

function scaling(): fc.Arbitrary<Scaling> {
  const thresholds = fc.tuple(count(49), count(100, 50));
  const target = fc.constantFrom(
    { target: 50 },
    { target: 1.5, warmupSeconds: 0, metric: { kind: "custom", namespace: "App", metricName: "Backlog" } },
    { target: 9, metric: { kind: "requestsPerInstance", resourceLabel: "app/web/1/targetgroup/web/2" } },
  );
  const schedule = fc.constantFrom(
    { recurrence: "0 8 * * 1-5", timeZone: "Europe/Paris", min: 1, max: 3, desired: 2 },
    { startTime: "2030-01-01T00:00:00Z", desired: 1 },
  );
  return fc
    .record({ low: rule(-1), high: rule(1), thresholds, target, schedule, sides: fc.constantFrom("out", "in", "both") })
    .map(({ low, high, thresholds: [below, above], target, schedule, sides }) => ({
      ...(sides !== "in" && { out: { ...high, threshold: above } }),
      ...(sides !== "out" && { in: { ...low, threshold: below } }),
      targets: { "of-mine": target },
      schedules: { morning: schedule },
    })) as fc.Arbitrary<Scaling>;
}

function observed(): fc.Arbitrary<Partial<Args>> {
  const topic = "arn:aws:sns:eu-west-3:123456789012:events";
  const queueArn = "arn:aws:sqs:eu-west-3:123456789012:events";
  const url = "https://sqs.eu-west-3.amazonaws.com/123456789012/events";
  const queue = {
    arn: later(queueArn),
    url,
    deadLetterQueueArn: `${queueArn}-dead`,
    deadLetterQueueUrl: `${url}-dead`,
  };
  const shared = {
    topicArn: fc.constantFrom(topic, later(topic)),
    moreTopicArns: fc.array(constant(topic), { maxLength: 9 }),
    kmsKeyArn: constant(KEY),
  };
  const ownQueue = { maxReceiveCount: count(1_000, 1), visibilityTimeoutSeconds: count(43_200, 5_400) };
  const notifications = fc.oneof(
    fc.record({ ...shared, ...ownQueue }, { requiredKeys: [] }),
    fc.record({ ...shared, queue: constant(queue) }, { requiredKeys: ["queue"] }),
  );
  const alarms = fc.oneof(
    constant(false as const),
    fc.record({ actionArns: constant([topic]), oldestMessageSeconds: count(9_999, 60) }),
  );
  const reaper = fc.record({ timeoutSeconds: count(900, 1), maximumConcurrency: count(1_000, 2) });
  return fc.record({ notifications, observation: fc.record({ alarms }), reaper }, { requiredKeys: [] });
}
