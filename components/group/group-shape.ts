import { chefConnection } from "../connection/chef-connection-shape";
import { instance } from "../instance/instance-shape";
import { notifications } from "../notification/notification-shape";
import { observation } from "../observation/observation-shape";
import { GROUP_RESOURCES, passOnKind } from "../pass-through/pass-on";
import { functionSettings, reapingSettings, serviceShape } from "../reaper/reaper-shape";
import { scaling } from "../scaling/scaling-shape";
import {
  ALARM_NAME,
  IMAGE_ID,
  INSTANCE_TYPE,
  KEY_PAIR_NAME,
  KMS_KEY_ARN,
  LAUNCH_TEMPLATE_ID,
  LAUNCH_TEMPLATE_NAME,
  LOAD_BALANCER_NAME,
  POLICY_ARN,
  SECURITY_GROUP_ID,
  SUBNET_ID,
  TARGET_GROUP_ARN,
  ZONE,
} from "../validation/aws-references";
import {
  anyText,
  between,
  count,
  counts,
  flag,
  late,
  listOf,
  mapOf,
  matching,
  needed,
  object,
  oneOf,
  oneOrSeveral,
  orFalse,
  plainObject,
  reference,
  references,
  type ShapeOf,
  text,
  texts,
} from "../validation/shape";
import type { BaseTemplate } from "./base-template";
import type { Capacity } from "./capacity";
import { convergenceShape } from "./convergence-shape";
import {
  type ChefAutoScalingGroupArgs,
  type Maintenance,
  SUSPENDED_PROCESSES,
  TERMINATION_POLICIES,
} from "./group-arguments";
import type { Health } from "./health";
import type { Bounds, InstanceRequirements } from "./instance-requirements";
import type { LaunchHook, LifecycleHooks, TerminateHook } from "./lifecycle-hooks";
import type { MixedInstances, MixedInstanceType } from "./mixed-instances";
import type { ReaperArgs } from "./reaper-arguments";
import type { Rollout } from "./rollout";
import type { RootVolume } from "./root-volume";
import type { IngressRule } from "./security-group";
import type { TrafficSource } from "./traffic";
import type { WarmPool } from "./warm-pool";

export const capacityShape = {
  min: needed(count),
  max: needed(count),
  desired: count,
  keepScaled: flag,
} satisfies ShapeOf<Capacity>;

const FOREVER = Number.POSITIVE_INFINITY;

/** It ends the name of a launch template and of a resource. */
const imageName = matching(
  /^[A-Za-z0-9-]{1,32}$/,
  "1 to 32 letters, digits or dashes",
  "name the image as its types do in 'image', such as 'arm'",
);

const bounds = object({ min: needed(count), max: count } satisfies ShapeOf<Bounds>);

const patterns = references({
  pattern: /^[a-z0-9*.-]{1,30}$/,
  expected: "a type, a family or a pattern of types",
  fix: "write it as 'm7i.large' or 'm7i*', in at most 30 characters",
});

const instanceRequirements = object({
  vcpuCount: needed(bounds),
  memoryMib: needed(bounds),
  cpuManufacturers: listOf(oneOf("intel", "amd", "amazon-web-services", "apple")),
  allowedInstanceTypes: patterns,
  excludedInstanceTypes: patterns,
  requireHibernateSupport: flag,
  image: text,
  passOn: plainObject,
} satisfies ShapeOf<InstanceRequirements>);

const mixedInstances = object({
  types: listOf(
    object({
      instanceType: needed(reference(INSTANCE_TYPE)),
      weight: count,
      image: text,
    } satisfies ShapeOf<MixedInstanceType>),
  ),
  instanceRequirements: listOf(instanceRequirements),
  images: mapOf(late(reference(IMAGE_ID)), imageName),
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
  securityGroupIds: late(references(SECURITY_GROUP_ID)),
  description: text,
} satisfies ShapeOf<IngressRule>);

const rootVolume = object({
  kmsKeyArn: late(reference(KMS_KEY_ARN)),
  grantKey: flag,
  sizeGib: count,
  kind: oneOf("gp3", "io1", "io2"),
  iops: count,
  throughputMibps: count,
} satisfies ShapeOf<RootVolume>);

const health = object({
  kind: needed(oneOrSeveral(oneOf("ec2", "ebs", "elb", "vpc-lattice"))),
  gracePeriodSeconds: count,
} satisfies ShapeOf<Health>);

const warmPool = object({
  state: oneOf("Stopped", "Running", "Hibernated"),
  minimumSize: count,
  maximumPrepared: count,
  reuseOnScaleIn: flag,
} satisfies ShapeOf<WarmPool>);

const result = oneOf("ABANDON", "CONTINUE");

const heartbeat = between(30, 7200, "seconds", "whoever works longer extends it");

const hooks = object({
  launch: orFalse(
    object({
      completedBy: oneOf("instance", "other"),
      heartbeatSeconds: heartbeat,
      maximumSeconds: count,
      defaultResult: result,
    } satisfies ShapeOf<LaunchHook>),
  ),
  terminate: object({ heartbeatSeconds: heartbeat, defaultResult: result } satisfies ShapeOf<TerminateHook>),
} satisfies ShapeOf<LifecycleHooks>);

const shares = {
  minHealthyPercentage: between(0, 100, "percent", "100 is usual"),
  maxHealthyPercentage: between(100, 200, "percent", "110 is usual"),
};

/** Seconds until an instance counts. */
const warmup = between(0, FOREVER, "seconds", "leave it out, or say how long a first Chef run takes");

const rollout = object({
  ...shares,
  instanceWarmupSeconds: warmup,
  checkpointPercentages: counts,
  checkpointDelaySeconds: between(0, 172_800, "seconds", "an hour is usual"),
  alarmNames: late(references(ALARM_NAME)),
  autoRollback: flag,
  skipMatching: flag,
  scaleInProtected: oneOf("Ignore", "Refresh", "Wait"),
  standby: oneOf("Ignore", "Terminate", "Wait"),
  maxFailedInstances: count,
  timeoutSeconds: between(60, FOREVER, "seconds", "longer than the first Chef run takes; an hour is usual"),
  wait: flag,
} satisfies ShapeOf<Rollout>);

const reaper = object({
  ...reapingSettings,
  ...functionSettings,
  mode: oneOf("lambda", "service", "worker"),
  service: object(serviceShape),
} satisfies ShapeOf<ReaperArgs>);

/** The node's name is the group's name, a dash and 19 characters of instance id, and both servers must accept it. */
const groupName = matching(
  /^[A-Za-z0-9_.-]{1,200}$/,
  "1 to 200 letters, digits, dots, dashes or underscores",
  "choose a name that is also a Chef node name's beginning",
);

export const groupShape = {
  ...convergenceShape,
  groupName: needed(groupName),
  chef: needed(chefConnection),
  capacity: needed(object(capacityShape)),
  scaling,
  notifications,
  observation,
  reaper,
  onDestroy: oneOf("remove", "retain"),
  onFailedBoot: oneOf("replace", "keep"),
  tags: mapOf(late(anyText)),
  permissionsBoundary: late(reference(POLICY_ARN)),
  passOn: passOnKind(GROUP_RESOURCES),
  imageId: needed(late(reference(IMAGE_ID))),
  instanceType: needed(reference(INSTANCE_TYPE)),
  mixedInstances,
  launch: oneOf("template", "configuration"),
  baseTemplate: object({
    id: late(reference(LAUNCH_TEMPLATE_ID)),
    name: late(reference(LAUNCH_TEMPLATE_NAME)),
  } satisfies ShapeOf<BaseTemplate>),
  securityGroupIds: late(references(SECURITY_GROUP_ID)),
  ingress: listOf(ingressRule),
  keyName: late(reference(KEY_PAIR_NAME)),
  publicAddress: flag,
  sessionManager: flag,
  instance,
  detailedMonitoring: flag,
  rootVolume,
  subnetIds: late(references(SUBNET_ID)),
  availabilityZones: late(references(ZONE)),
  health,
  targetGroupArns: late(references(TARGET_GROUP_ARN)),
  loadBalancerNames: late(references(LOAD_BALANCER_NAME)),
  trafficSources: listOf(
    object({
      type: needed(oneOf("elb", "elbv2", "vpc-lattice")),
      identifier: needed(late(text)),
    } satisfies ShapeOf<TrafficSource>),
  ),
  terminationPolicies: listOf(oneOf(...TERMINATION_POLICIES)),
  maximumInstanceLifetimeSeconds: count,
  maintenance: object({
    minHealthyPercentage: needed(shares.minHealthyPercentage),
    maxHealthyPercentage: needed(shares.maxHealthyPercentage),
  } satisfies ShapeOf<Maintenance>),
  capacityRebalance: flag,
  protectFromScaleIn: flag,
  suspendedProcesses: listOf(oneOf(...SUSPENDED_PROCESSES)),
  defaultInstanceWarmupSeconds: warmup,
  warmPool,
  hooks,
  rollout,
} satisfies ShapeOf<ChefAutoScalingGroupArgs>;
