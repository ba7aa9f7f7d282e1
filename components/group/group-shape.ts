import { chefConnection } from "../connection/chef-connection-shape";
import { notifications } from "../notification/notification-shape";
import { observation } from "../observation/observation-shape";
import { GROUP_RESOURCES, passOnKind } from "../pass-through/pass-on";
import { functionSettings, reapingSettings, serviceShape } from "../reaper/reaper-shape";
import { scaling } from "../scaling/scaling-shape";
import {
  anyText,
  count,
  counts,
  flag,
  late,
  listOf,
  mapOf,
  needed,
  object,
  oneOf,
  orFalse,
  type ShapeOf,
  someTexts,
  text,
  texts,
} from "../validation/shape";
import type { Capacity } from "./capacity";
import { convergenceShape } from "./convergence-shape";
import {
  type ChefAutoScalingGroupArgs,
  type Maintenance,
  SUSPENDED_PROCESSES,
  TERMINATION_POLICIES,
} from "./group-arguments";
import type { Health } from "./health";
import type { LaunchHook, LifecycleHooks, TerminateHook } from "./lifecycle-hooks";
import type { MixedInstances, MixedInstanceType } from "./mixed-instances";
import type { ReaperArgs } from "./reaper-arguments";
import type { Rollout } from "./rollout";
import type { RootVolume } from "./root-volume";
import type { IngressRule } from "./security-group";
import type { WarmPool } from "./warm-pool";

export const capacityShape = {
  min: needed(count),
  max: needed(count),
  desired: count,
  keepScaled: flag,
} satisfies ShapeOf<Capacity>;

const mixedInstances = object({
  types: needed(listOf(object({ instanceType: needed(text), weight: count } satisfies ShapeOf<MixedInstanceType>))),
  onDemandBase: count,
  onDemandPercentage: count,
  onDemandAllocation: oneOf("lowest-price", "prioritized"),
  spotAllocation: oneOf(
    "price-capacity-optimized",
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "lowest-price",
  ),
  spotMaximumPrice: text,
} satisfies ShapeOf<MixedInstances>);

const ingressRule = object({
  protocol: oneOf("tcp", "udp"),
  fromPort: needed(count),
  toPort: count,
  cidrBlocks: texts,
  ipv6CidrBlocks: texts,
  securityGroupIds: late(texts),
  description: text,
} satisfies ShapeOf<IngressRule>);

const rootVolume = object({
  kmsKeyArn: late(text),
  grantKey: flag,
  sizeGib: count,
  kind: oneOf("gp3", "io1", "io2"),
  iops: count,
  throughputMibps: count,
} satisfies ShapeOf<RootVolume>);

const health = object({
  kind: needed(oneOf("ec2", "elb")),
  gracePeriodSeconds: count,
} satisfies ShapeOf<Health>);

const warmPool = object({
  state: oneOf("Stopped", "Running", "Hibernated"),
  minimumSize: count,
  maximumPrepared: count,
  reuseOnScaleIn: flag,
} satisfies ShapeOf<WarmPool>);

const result = oneOf("ABANDON", "CONTINUE");

const hooks = object({
  launch: orFalse(
    object({
      completedBy: oneOf("instance", "other"),
      heartbeatSeconds: count,
      maximumSeconds: count,
      defaultResult: result,
    } satisfies ShapeOf<LaunchHook>),
  ),
  terminate: object({ heartbeatSeconds: count, defaultResult: result } satisfies ShapeOf<TerminateHook>),
} satisfies ShapeOf<LifecycleHooks>);

const rollout = object({
  minHealthyPercentage: count,
  maxHealthyPercentage: count,
  instanceWarmupSeconds: count,
  checkpointPercentages: counts,
  checkpointDelaySeconds: count,
  alarmNames: late(texts),
  autoRollback: flag,
  skipMatching: flag,
  scaleInProtected: oneOf("Ignore", "Refresh", "Wait"),
  standby: oneOf("Ignore", "Terminate", "Wait"),
  maxFailedInstances: count,
  timeoutSeconds: count,
  wait: flag,
} satisfies ShapeOf<Rollout>);

const reaper = object({
  ...reapingSettings,
  ...functionSettings,
  mode: oneOf("lambda", "service", "worker"),
  service: object(serviceShape),
} satisfies ShapeOf<ReaperArgs>);

export const groupShape = {
  ...convergenceShape,
  groupName: needed(text),
  chef: needed(chefConnection),
  capacity: needed(object(capacityShape)),
  scaling,
  notifications,
  observation,
  reaper,
  onDestroy: oneOf("remove", "retain"),
  onFailedBoot: oneOf("replace", "keep"),
  tags: mapOf(late(anyText)),
  permissionsBoundary: late(text),
  passOn: passOnKind(GROUP_RESOURCES),
  imageId: needed(late(text)),
  instanceType: needed(text),
  mixedInstances,
  launch: oneOf("template", "configuration"),
  securityGroupIds: late(someTexts),
  ingress: listOf(ingressRule),
  keyName: late(text),
  publicAddress: flag,
  sessionManager: flag,
  detailedMonitoring: flag,
  rootVolume,
  subnetIds: late(someTexts),
  availabilityZones: late(someTexts),
  health,
  targetGroupArns: late(texts),
  terminationPolicies: listOf(oneOf(...TERMINATION_POLICIES)),
  maximumInstanceLifetimeSeconds: count,
  maintenance: object({
    minHealthyPercentage: needed(count),
    maxHealthyPercentage: needed(count),
  } satisfies ShapeOf<Maintenance>),
  capacityRebalance: flag,
  protectFromScaleIn: flag,
  suspendedProcesses: listOf(oneOf(...SUSPENDED_PROCESSES)),
  defaultInstanceWarmupSeconds: count,
  warmPool,
  hooks,
  rollout,
} satisfies ShapeOf<ChefAutoScalingGroupArgs>;
