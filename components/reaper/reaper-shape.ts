import { CONCURRENCY, ABSENCE_GRACE_SECONDS as GRACE, MOST_REQUESTS_PER_SECOND } from "../../reaper/settings/bounds";
import { chefConnection } from "../connection/chef-connection-shape";
import { passOnKind } from "../pass-through/pass-on";
import { CLUSTER_ARN, POLICY_ARN, SECURITY_GROUP_ID, SUBNET_ID, WORKER_IMAGE } from "../validation/aws-references";
import {
  anyText,
  anything,
  archive,
  between,
  count,
  flag,
  late,
  mapOf,
  needed,
  number,
  object,
  oneOf,
  orFalse,
  reference,
  references,
  type ShapeOf,
  text,
  texts,
  within,
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
  subnetIds: needed(late(references(SUBNET_ID))),
  securityGroupIds: late(references(SECURITY_GROUP_ID)),
} satisfies ShapeOf<ReaperNetwork>;

export const serviceShape = {
  ...networkShape,
  image: needed(late(reference(WORKER_IMAGE))),
  clusterArn: late(reference(CLUSTER_ARN)),
  cpu: oneOf(...Object.keys(MEMORY_MIB).map(Number)),
  memoryMib: count,
  architecture: oneOf("X86_64", "ARM64"),
  minTasks: between(0, 1000, "tasks", "1 is enough for most groups"),
  maxTasks: count,
  messagesPerTask: between(1, 1_000_000, "messages", "leave it out for 500"),
  concurrency: between(CONCURRENCY.least, CONCURRENCY.most, "messages", "leave it out for 20"),
} satisfies ShapeOf<ReaperServiceSettings>;

/** Settings of any reaper, used alone or in a group. */
export const reapingSettings = {
  ...ownTargetsShape,
  absenceGraceSeconds: between(GRACE.least, GRACE.most, "seconds", `leave it out for ${GRACE.otherwise}`),
  dryRun: flag,
  searchOtherNames: flag,
  chefRequestsPerSecond: within(1, MOST_REQUESTS_PER_SECOND, "leave it out for as many as the Chef server handles"),
  reconcile: orFalse(reconcile),
};

/** Settings of a function, used alone or in a group. */
export const functionSettings = {
  timeoutSeconds: between(1, 900, "seconds", "30 is enough for a batch of ten"),
  maximumConcurrency: between(2, 1000, "invocations", "these are AWS's limits for a function that reads a queue"),
  reservedConcurrency: count,
  code: archive,
  vpc: object(networkShape),
};

/** Settings of a reaper that is used alone; a group fills them in. */
const standalone = {
  chef: needed(chefConnection),
  groupNames: needed(texts),
  queue: needed(anything),
  logRetentionDays: count,
  permissionsBoundary: late(reference(POLICY_ARN)),
};

export const FUNCTION_RESOURCES = [
  "function",
  "eventSourceMapping",
  "reaperRole",
  "reaperSecurityGroup",
  "logGroup",
  "reconcileFunction",
  "reconcileRole",
  "reconcileLogGroup",
  "reconcileInvokeConfig",
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
