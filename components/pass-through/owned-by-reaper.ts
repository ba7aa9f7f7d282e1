import type * as aws from "@pulumi/aws";
import { role, watching } from "./owned-by-group";
import { everywhere, type Owned, use } from "./resources";

const WIRED = "leave it out: the reaper connects its own resources";
const CODE = use("reaper.code");

const lambda = {
  ...everywhere,
  code: CODE,
  codeSha256: CODE,
  environment: use("reaper.environment"),
  handler: CODE,
  imageConfig: CODE,
  imageUri: CODE,
  loggingConfig: use("passOn.logGroup"),
  packageType: CODE,
  reservedConcurrentExecutions: use("reaper.reservedConcurrency"),
  role: use("reaper.statements", "passOn.reaperRole"),
  s3Bucket: CODE,
  s3Key: CODE,
  s3ObjectVersion: CODE,
  sourceCodeHash: CODE,
  timeout: use("reaper.timeoutSeconds"),
  vpcConfig: use("reaper.vpc"),
} satisfies Owned<aws.lambda.FunctionArgs>;

const reconcileFunction = {
  ...lambda,
  loggingConfig: use("passOn.reconcileLogGroup"),
  role: use("reaper.statements", "passOn.reconcileRole"),
  timeout: "leave it out: it is Lambda's maximum",
  reservedConcurrentExecutions: "leave it out: the schedule invokes it once at a time",
} satisfies Owned<aws.lambda.FunctionArgs>;

const NO_STREAM = "leave it out: the function reads a queue, not a stream";

const eventSourceMapping = {
  ...everywhere,
  amazonManagedKafkaEventSourceConfig: NO_STREAM,
  batchSize: "leave it out: the timeout is calculated for batches of ten",
  bisectBatchOnFunctionError: NO_STREAM,
  documentDbEventSourceConfig: NO_STREAM,
  eventSourceArn: use("notifications.queue"),
  filterCriteria: "leave it out: Lambda deletes what a filter drops, and its node would stay",
  functionName: WIRED,
  functionResponseTypes: "leave it out: failed messages are reported individually",
  provisionedPollerConfig: use("reaper.maximumConcurrency"),
  queues: NO_STREAM,
  scalingConfig: use("reaper.maximumConcurrency"),
  selfManagedEventSource: NO_STREAM,
  selfManagedKafkaEventSourceConfig: NO_STREAM,
  startingPosition: NO_STREAM,
  startingPositionTimestamp: NO_STREAM,
  topics: NO_STREAM,
  tumblingWindowInSeconds: NO_STREAM,
} satisfies Owned<aws.lambda.EventSourceMappingArgs>;

const RUNS = "leave it out: a failed run is not retried, since the next one does the same";

const reconcileInvokeConfig = {
  ...everywhere,
  functionName: WIRED,
  maximumEventAgeInSeconds: RUNS,
  maximumRetryAttempts: RUNS,
  qualifier: WIRED,
} satisfies Owned<aws.lambda.FunctionEventInvokeConfigArgs>;

const reconcileRule = {
  ...everywhere,
  eventBusName: "leave it out: only the default event bus supports schedules",
  eventPattern: use("reaper.reconcile.scheduleExpression"),
  isEnabled: use("reaper.reconcile"),
  scheduleExpression: use("reaper.reconcile.scheduleExpression"),
  state: use("reaper.reconcile"),
} satisfies Owned<aws.cloudwatch.EventRuleArgs>;

const TARGET = "leave it out: the rule invokes the function that reconciles";

const reconcileTarget = {
  ...everywhere,
  appsyncTarget: TARGET,
  arn: TARGET,
  batchTarget: TARGET,
  ecsTarget: TARGET,
  eventBusName: TARGET,
  httpTarget: TARGET,
  input: TARGET,
  inputPath: TARGET,
  inputTransformer: TARGET,
  kinesisTarget: TARGET,
  redshiftTarget: TARGET,
  rule: TARGET,
  runCommandTargets: TARGET,
  sagemakerPipelineTarget: TARGET,
  sqsTarget: TARGET,
} satisfies Owned<aws.cloudwatch.EventTargetArgs>;

const task = {
  ...everywhere,
  containerDefinitions: use("reaper.service.image", "reaper.environment"),
  cpu: use("reaper.service.cpu"),
  executionRoleArn: use("passOn.executionRole"),
  memory: use("reaper.service.memoryMib"),
  networkMode: "leave it out: Fargate supports only one network mode",
  requiresCompatibilities: "leave it out: the service runs on Fargate",
  runtimePlatform: use("reaper.service.architecture"),
  taskRoleArn: use("reaper.statements", "passOn.reaperRole"),
} satisfies Owned<aws.ecs.TaskDefinitionArgs>;

const service = {
  ...everywhere,
  cluster: use("reaper.service.clusterArn"),
  desiredCount: use("reaper.service.minTasks"),
  iamRole: "leave it out: the service has no load balancer",
  launchType: "leave it out, or set 'capacityProviderStrategies' instead",
  networkConfiguration: use("reaper.service.subnetIds", "reaper.service.securityGroupIds"),
  schedulingStrategy: "leave it out: the number of tasks depends on the queue",
  taskDefinition: use("passOn.task"),
} satisfies Owned<aws.ecs.ServiceArgs>;

const taskScalingTarget = {
  ...everywhere,
  maxCapacity: use("reaper.service.maxTasks"),
  minCapacity: use("reaper.service.minTasks"),
  resourceId: WIRED,
  scalableDimension: WIRED,
  serviceNamespace: WIRED,
} satisfies Owned<aws.appautoscaling.TargetArgs>;

const taskScalingAlarm = {
  ...watching,
  alarmActions: "leave it out: the alarm changes the number of tasks; 'okActions' can be set",
  datapointsToAlarm: "leave it out: the alarm's periods are fixed",
  evaluationPeriods: "leave it out: the alarm's periods are fixed",
  threshold: use("reaper.service.messagesPerTask"),
} satisfies Owned<aws.cloudwatch.MetricAlarmArgs>;

export const OWNED_BY_REAPER = {
  function: lambda,
  eventSourceMapping,
  reaperRole: role,
  reaperSecurityGroup: {
    ...everywhere,
    egress: use("reaper.vpc.securityGroupIds", "reaper.service.securityGroupIds"),
    ingress: "leave it out: a reaper accepts no inbound traffic",
    vpcId: use("reaper.vpc.subnetIds", "reaper.service.subnetIds"),
  } satisfies Owned<aws.ec2.SecurityGroupArgs>,
  logGroup: everywhere,
  reconcileFunction,
  reconcileRole: role,
  reconcileLogGroup: everywhere,
  reconcileInvokeConfig,
  reconcileRule,
  reconcileTarget,
  cluster: everywhere,
  task,
  service,
  executionRole: role,
  taskScalingTarget,
  taskScalingAlarm,
};
