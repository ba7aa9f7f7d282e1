import { chefConnection } from "../connection/chef-connection-shape";
import { passOnKind } from "../pass-through/pass-on";
import {
  anyText,
  anything,
  archive,
  count,
  flag,
  late,
  mapOf,
  needed,
  number,
  object,
  oneOf,
  orFalse,
  type ShapeOf,
  someTexts,
  text,
  texts,
} from "../validation/shape";
import type { OwnTargets } from "./reaper-environment";
import type { FunctionResource, ReaperFunctionArgs } from "./reaper-function";
import type { ReaperNetwork } from "./reaper-network";
import type { ReaperServiceArgs, ServiceResource } from "./reaper-service";
import { MEMORY_MIB, type ReaperServiceSettings } from "./reaper-service-settings";
import type { ReconcileArgs } from "./reconcile-schedule";

const reconcile = object({
  scheduleExpression: text,
  graceSeconds: count,
  maxDeletions: count,
  maxDeletionShare: number,
} satisfies ShapeOf<ReconcileArgs>);

const ownTargetsShape = {
  environment: mapOf(late(anyText)),
  statements: anything,
} satisfies ShapeOf<OwnTargets>;

const networkShape = {
  subnetIds: needed(late(someTexts)),
  securityGroupIds: late(someTexts),
} satisfies ShapeOf<ReaperNetwork>;

export const serviceShape = {
  ...networkShape,
  image: needed(late(text)),
  clusterArn: late(text),
  cpu: oneOf(...Object.keys(MEMORY_MIB).map(Number)),
  memoryMib: count,
  architecture: oneOf("X86_64", "ARM64"),
  minTasks: count,
  maxTasks: count,
  messagesPerTask: count,
  concurrency: count,
} satisfies ShapeOf<ReaperServiceSettings>;

/** What may be said of any reaper, by itself or as a group's. */
export const reapingSettings = {
  ...ownTargetsShape,
  absenceGraceSeconds: count,
  dryRun: flag,
  searchOtherNames: flag,
  chefRequestsPerSecond: number,
  reconcile: orFalse(reconcile),
};

/** What may be said of a function, by itself or as a group's. */
export const functionSettings = {
  timeoutSeconds: count,
  maximumConcurrency: count,
  reservedConcurrency: count,
  code: archive,
  vpc: object(networkShape),
};

/** What a reaper of its own is told, and a group knows. */
const standalone = {
  chef: needed(chefConnection),
  groupNames: needed(texts),
  queue: needed(anything),
  logRetentionDays: count,
  permissionsBoundary: late(text),
};

export const FUNCTION_RESOURCES = [
  "function",
  "eventSourceMapping",
  "reaperRole",
  "reaperSecurityGroup",
  "logGroup",
  "reconcileRule",
  "reconcileTarget",
] as const satisfies readonly FunctionResource[];

export const SERVICE_RESOURCES = [
  "service",
  "task",
  "cluster",
  "reaperRole",
  "executionRole",
  "reaperSecurityGroup",
  "logGroup",
  "taskScalingTarget",
  "taskScalingAlarm",
] as const satisfies readonly ServiceResource[];

export const reaperFunctionShape = {
  ...standalone,
  ...reapingSettings,
  ...functionSettings,
  passOn: passOnKind(FUNCTION_RESOURCES),
} satisfies ShapeOf<ReaperFunctionArgs>;

export const reaperServiceShape = {
  ...standalone,
  ...reapingSettings,
  ...serviceShape,
  passOn: passOnKind(SERVICE_RESOURCES),
} satisfies ShapeOf<ReaperServiceArgs>;
