import { z } from "zod";
import type { Health, RootVolume } from "../../components";
import { convergence } from "./convergence";
import { notifications, observation } from "./notifications";
import { count, name, tags } from "./primitives";
import { reaper } from "./reaper";
import { scaling } from "./scaling";

const percentage = count.max(200);
const onlyOnce = { error: "one of the values that docs/configuration.md lists" };

const ingressRule = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).optional().describe("default `tcp`"),
  fromPort: count.describe("first port"),
  toPort: count.optional().describe("last port; default `fromPort`"),
  cidrBlocks: z.array(name).optional().describe("IPv4 ranges that may connect"),
  ipv6CidrBlocks: z.array(name).optional().describe("IPv6 ranges that may connect"),
  securityGroupIds: z.array(name).optional().describe("security groups whose members may connect"),
  description: name.optional().describe("for whoever reads the rule"),
});

const rootVolume = z
  .strictObject({
    kind: z.enum(["gp3", "io1", "io2"], onlyOnce).optional().describe("default `gp3`"),
    sizeGib: count.optional().describe("default the image's"),
    iops: count.optional().describe("default 3000 with gp3; io1 and io2 need it"),
    throughputMibps: count.optional().describe("gp3 only; default 125"),
    kmsKeyArn: name.optional().describe("default the account's key for EBS"),
    grantKey: z.boolean().optional().describe("lets Auto Scaling use that key; default `true`"),
  })
  .transform((volume) => volume as RootVolume)
  .describe("encrypted always");

const health = z
  .strictObject({
    kind: z.enum(["ec2", "elb"], onlyOnce).describe("who tells a healthy instance"),
    gracePeriodSeconds: count.optional().describe("an instance is not judged so long; default 300 with ec2"),
  })
  .transform((given) => given as Health)
  .describe("default EC2's own checks");

const mixedInstances = z
  .strictObject({
    types: z
      .array(
        z.strictObject({
          instanceType: name.describe("type"),
          weight: count.optional().describe("units of capacity that one counts for, 1 to 999"),
        }),
      )
      .describe("types that may run"),
    onDemandBase: count.optional().describe("instances that are always on demand; default 0"),
    onDemandPercentage: count.optional().describe("share of the rest that is on demand; default 100"),
    onDemandAllocation: z.enum(["lowest-price", "prioritized"], onlyOnce).optional().describe("default `lowest-price`"),
    spotAllocation: z
      .enum(
        ["price-capacity-optimized", "capacity-optimized", "capacity-optimized-prioritized", "lowest-price"],
        onlyOnce,
      )
      .optional()
      .describe("default `price-capacity-optimized`"),
    spotMaximumPrice: name.optional().describe("US dollars in an hour; default the on-demand price"),
  })
  .describe("several instance types, on demand and spot");

const warmPool = z
  .strictObject({
    state: z.enum(["Stopped", "Running", "Hibernated"], onlyOnce).optional().describe("default `Stopped`"),
    minimumSize: count.optional().describe("default 0"),
    maximumPrepared: count.optional().describe("instances in group and pool; default `max`"),
    reuseOnScaleIn: z.boolean().optional().describe("default `false`"),
  })
  .describe("instances that are prepared beforehand and wait");

const result = z.enum(["ABANDON", "CONTINUE"], onlyOnce).optional();

const launchHook = z.strictObject({
  completedBy: z.enum(["instance", "other"], onlyOnce).optional().describe("default `instance`, once converged"),
  heartbeatSeconds: count
    .optional()
    .describe("without a heartbeat for so long, `defaultResult` counts; default 900, 7200 with `onFailedBoot: keep`"),
  maximumSeconds: count.optional().describe("the instance sends heartbeats for so long; default 7200"),
  defaultResult: result.describe("default `ABANDON`"),
});

const hooks = z
  .strictObject({
    launch: z
      .union([z.literal(false), launchHook], { error: "`false`, or the hook's settings" })
      .optional()
      .describe("an instance waits before it goes into service; default a hook that it answers; `false` for none"),
    terminate: z
      .strictObject({
        heartbeatSeconds: count.optional().describe("default 300"),
        defaultResult: result.describe("default `CONTINUE`"),
      })
      .optional()
      .describe("an instance waits until the reaper removed its node"),
  })
  .describe("lifecycle hooks");

const rollout = z
  .strictObject({
    minHealthyPercentage: percentage.optional().describe("default 100: one is launched before another ends"),
    maxHealthyPercentage: percentage.optional().describe("default 110"),
    instanceWarmupSeconds: count.optional().describe("default the group's own"),
    checkpointPercentages: z
      .array(count)
      .optional()
      .describe("shares after which it waits, as `[10, 50, 100]`, 100 the last"),
    checkpointDelaySeconds: count.optional().describe("default 3600"),
    alarmNames: z.array(name).optional().describe("CloudWatch alarms that fail it"),
    autoRollback: z.boolean().optional().describe("default `true` with a launch template"),
    skipMatching: z.boolean().optional().describe("default `true` with a launch template"),
    scaleInProtected: z.enum(["Ignore", "Refresh", "Wait"], onlyOnce).optional().describe("default `Ignore`"),
    standby: z.enum(["Ignore", "Terminate", "Wait"], onlyOnce).optional().describe("default `Ignore`"),
    wait: z.boolean().optional().describe("whether `pulumi up` waits for the end; default `true`"),
    maxFailedInstances: count.optional().describe("new instances that may fail before it is stopped; default 2"),
    timeoutSeconds: count.optional().describe("without anything moving, then it is stopped; default 3600"),
  })
  .describe("how a changed image reaches running instances");

const terminationPolicy = z.enum(
  [
    "Default",
    "AllocationStrategy",
    "OldestLaunchTemplate",
    "OldestLaunchConfiguration",
    "ClosestToNextInstanceHour",
    "NewestInstance",
    "OldestInstance",
  ],
  onlyOnce,
);

const suspendedProcess = z.enum(
  [
    "Launch",
    "Terminate",
    "AddToLoadBalancer",
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    "InstanceRefresh",
    "ReplaceUnhealthy",
    "ScheduledActions",
  ],
  onlyOnce,
);

const maintenance = z
  .strictObject({
    minHealthyPercentage: percentage.describe("0 to 100"),
    maxHealthyPercentage: percentage.describe("100 to 200"),
  })
  .describe("healthy share while AWS replaces instances of its own accord");

export const group = z.strictObject({
  instanceType: name.describe("type of the instances"),
  min: count.describe("instances at least"),
  max: count.describe("instances at most"),
  desired: count.optional().describe("instances to begin with; default `min`"),
  keepScaled: z.boolean().optional().describe("what scaling made of `desired` survives an update; default `true`"),
  mixedInstances: mixedInstances.optional(),
  subnetIds: z.array(name).min(1).optional().describe("subnets to launch in; this or `availabilityZones`"),
  availabilityZones: z.array(name).min(1).optional().describe("zones of the default VPC; this or `subnetIds`"),
  securityGroupIds: z.array(name).min(1).optional().describe("default one that lets everything out and nothing in"),
  ingress: z.array(ingressRule).optional().describe("what is let in; default nothing"),
  launch: z.enum(["template", "configuration"]).optional().describe("what it launches from; default `template`"),
  keyName: name.optional().describe("EC2 key pair; default none"),
  publicAddress: z.boolean().optional().describe("default `false`"),
  sessionManager: z.boolean().optional().describe("shells through SSM Session Manager; default `false`"),
  rootVolume: rootVolume.optional(),
  detailedMonitoring: z.boolean().optional().describe("metrics every minute, at a price; default `true`"),
  health: health.optional(),
  targetGroupArns: z.array(name).optional().describe("target groups of load balancers"),
  terminationPolicies: z.array(terminationPolicy).optional().describe("which instance goes first; default `[Default]`"),
  maximumInstanceLifetimeSeconds: count.optional().describe("86400 to 31536000, or 0 for never; default 0"),
  maintenance: maintenance.optional(),
  capacityRebalance: z.boolean().optional().describe("replaces spot instances at risk; default `false`"),
  protectFromScaleIn: z.boolean().optional().describe("default `false`"),
  suspendedProcesses: z.array(suspendedProcess).optional().describe("what Auto Scaling leaves alone for now"),
  defaultInstanceWarmupSeconds: count.optional().describe("until a new instance counts; default AWS's own"),
  warmPool: warmPool.optional(),
  hooks: hooks.optional(),
  onFailedBoot: z
    .enum(["replace", "keep"], onlyOnce)
    .optional()
    .describe("an instance whose first boot failed; `keep`: out of service, alive for 48 hours; default `replace`"),
  scaling: scaling.optional(),
  rollout: rollout.optional(),
  notifications: notifications.optional(),
  observation: observation.optional(),
  reaper: reaper.optional(),
  onDestroy: z.enum(["remove", "retain"]).optional().describe("nodes and clients on destroy; default `remove`"),
  tags: tags
    .optional()
    .describe("tags of the group and its instances, and of their volumes where they come from a launch template"),
  ...convergence,
});
