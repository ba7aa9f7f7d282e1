import { chefConnection } from "../connection/chef-connection-shape";
import {
  anything,
  flag,
  late,
  mapOf,
  needed,
  number,
  object,
  oneOf,
  orFalse,
  type ShapeOf,
  text,
  texts,
} from "../validation/shape";
import type { OwnTargets, ReapingArgs } from "./reaper-environment";
import type { ReaperFunctionArgs } from "./reaper-function";
import type { ReaperNetwork } from "./reaper-network";
import type { ReaperServiceArgs } from "./reaper-service";
import type { ReaperServiceSettings } from "./reaper-service-settings";
import type { ReconcileArgs } from "./reconcile-schedule";

export const reconcile = object({
  scheduleExpression: text,
  graceSeconds: number,
  maxDeletions: number,
  maxDeletionShare: number,
} satisfies ShapeOf<ReconcileArgs>);

export const ownTargetsShape = {
  environment: mapOf(late(text)),
  statements: anything,
} satisfies ShapeOf<OwnTargets>;

const networkShape = {
  subnetIds: needed(late(texts)),
  securityGroupIds: late(texts),
} satisfies ShapeOf<ReaperNetwork>;

export const reaperVpc = object(networkShape);

export const serviceShape = {
  ...networkShape,
  image: needed(late(text)),
  clusterArn: late(text),
  cpu: number,
  memoryMib: number,
  architecture: oneOf("X86_64", "ARM64"),
  minTasks: number,
  maxTasks: number,
  messagesPerTask: number,
  concurrency: number,
} satisfies ShapeOf<ReaperServiceSettings>;

const reapingShape = {
  chef: needed(chefConnection),
  groupNames: needed(texts),
  queue: needed(anything),
  absenceGraceSeconds: number,
  dryRun: flag,
  searchOtherNames: flag,
  chefRequestsPerSecond: number,
  reconcile: orFalse(reconcile),
} satisfies ShapeOf<ReapingArgs>;

export const reaperFunctionShape = {
  ...reapingShape,
  ...ownTargetsShape,
  timeoutSeconds: number,
  maximumConcurrency: number,
  reservedConcurrency: number,
  code: anything,
  vpc: reaperVpc,
  logRetentionDays: number,
  permissionsBoundary: late(text),
} satisfies ShapeOf<ReaperFunctionArgs>;

export const reaperServiceShape = {
  ...reapingShape,
  ...ownTargetsShape,
  ...serviceShape,
  logRetentionDays: number,
  permissionsBoundary: late(text),
} satisfies ShapeOf<ReaperServiceArgs>;
