import { chefConnection } from "../connection/chef-connection-shape";
import { instance } from "../instance/instance-shape";
import { notifications } from "../notification/notification-shape";
import { observation } from "../observation/observation-shape";
import { functionSettings, reapingSettings, serviceShape } from "../reaper/reaper-shape";
import { scaling } from "../scaling/scaling-shape";
import {
  flag,
  late,
  listOf,
  mapOf,
  needed,
  number,
  numbers,
  object,
  oneOf,
  orFalse,
  type ShapeOf,
  text,
  texts,
} from "../validation/shape";
import type { Capacity } from "./capacity";
import { convergenceShape } from "./convergence-shape";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import type { Health } from "./health";
import type { LaunchHook, LifecycleHooks, TerminateHook } from "./lifecycle-hooks";
import type { MixedInstances, MixedInstanceType } from "./mixed-instances";
import type { ReaperArgs } from "./reaper-arguments";
import type { Rollout } from "./rollout";
import type { RootVolume } from "./root-volume";
import type { IngressRule } from "./security-group";
import type { WarmPool } from "./warm-pool";

const capacity = object({
  min: needed(number),
  max: needed(number),
  desired: number,
  keepScaled: flag,
} satisfies ShapeOf<Capacity>);

const mixedInstances = object({
  types: needed(listOf(object({ instanceType: needed(text), weight: number } satisfies ShapeOf<MixedInstanceType>))),
  onDemandBase: number,
  onDemandPercentage: number,
  onDemandAllocation: oneOf("lowest-price", "prioritized"),
  spotAllocation: text,
  spotMaximumPrice: text,
} satisfies ShapeOf<MixedInstances>);

const ingressRule = object({
  protocol: oneOf("tcp", "udp"),
  fromPort: needed(number),
  toPort: number,
  cidrBlocks: texts,
  ipv6CidrBlocks: texts,
  securityGroupIds: late(texts),
  description: text,
} satisfies ShapeOf<IngressRule>);

const rootVolume = object({
  kmsKeyArn: late(text),
  grantKey: flag,
  sizeGib: number,
  kind: oneOf("gp3", "io1", "io2"),
  iops: number,
  throughputMibps: number,
} satisfies ShapeOf<RootVolume>);

const health = object({
  kind: needed(oneOf("ec2", "elb")),
  gracePeriodSeconds: number,
} satisfies ShapeOf<Health>);

const warmPool = object({
  state: oneOf("Stopped", "Running", "Hibernated"),
  minimumSize: number,
  maximumPrepared: number,
  reuseOnScaleIn: flag,
} satisfies ShapeOf<WarmPool>);

const result = oneOf("ABANDON", "CONTINUE");

const hooks = object({
  launch: orFalse(
    object({
      completedBy: oneOf("instance", "other"),
      heartbeatSeconds: number,
      maximumSeconds: number,
      defaultResult: result,
    } satisfies ShapeOf<LaunchHook>),
  ),
  terminate: object({ heartbeatSeconds: number, defaultResult: result } satisfies ShapeOf<TerminateHook>),
} satisfies ShapeOf<LifecycleHooks>);

const rollout = object({
  minHealthyPercentage: number,
  maxHealthyPercentage: number,
  instanceWarmupSeconds: number,
  checkpointPercentages: numbers,
  checkpointDelaySeconds: number,
  alarmNames: late(texts),
  autoRollback: flag,
  skipMatching: flag,
  scaleInProtected: oneOf("Ignore", "Refresh", "Wait"),
  standby: oneOf("Ignore", "Terminate", "Wait"),
  maxFailedInstances: number,
  timeoutSeconds: number,
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
  capacity: needed(capacity),
  scaling,
  notifications,
  observation,
  reaper,
  onDestroy: oneOf("remove", "retain"),
  onFailedBoot: text,
  tags: mapOf(late(text)),
  permissionsBoundary: late(text),
  imageId: needed(late(text)),
  instanceType: needed(text),
  mixedInstances,
  launch: oneOf("template", "configuration"),
  securityGroupIds: late(texts),
  ingress: listOf(ingressRule),
  keyName: late(text),
  publicAddress: flag,
  sessionManager: flag,
  instance,
  detailedMonitoring: flag,
  rootVolume,
  subnetIds: late(texts),
  availabilityZones: late(texts),
  health,
  targetGroupArns: late(texts),
  terminationPolicies: texts,
  maximumInstanceLifetimeSeconds: number,
  maintenance: object({ minHealthyPercentage: needed(number), maxHealthyPercentage: needed(number) }),
  capacityRebalance: flag,
  protectFromScaleIn: flag,
  suspendedProcesses: texts,
  defaultInstanceWarmupSeconds: number,
  warmPool,
  hooks,
  rollout,
} satisfies ShapeOf<ChefAutoScalingGroupArgs>;
