import type { ChefAutoScalingGroupArgs, GroupResource, ServiceReaper } from "../../components";

/** Arguments with which two groups declare every resource that a group can have. */
export const GROUPS: Readonly<Record<"first" | "second", Partial<ChefAutoScalingGroupArgs>>> = {
  first: {
    scaling: {
      out: {},
      in: {},
      targets: { cpu: { target: 50 } },
      schedules: { night: { recurrence: "0 22 * * *", min: 0 } },
    },
    instance: { managedPolicyArns: ["arn:aws:iam::123456789012:policy/web"] },
    rootVolume: { kmsKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/1" },
    hooks: { terminate: {} },
    notifications: { createKey: true },
    observation: { dashboard: true },
    reaper: { vpc: { subnetIds: ["subnet-1"] } },
  },
  second: {
    launch: "configuration",
    reaper: {
      mode: "service",
      service: { image: "registry.example.com/reaper:1.2.0", subnetIds: ["subnet-1"] },
    } satisfies ServiceReaper,
  },
};

interface Where {
  readonly group: keyof typeof GROUPS;
  /** Type token, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** Ending of the resources' names. @default all resources of the type */
  readonly ending?: string | RegExp;
}

/** Each resource by its name in `passOn`, and where to find it among what a group declares. */
export const WHERE: Readonly<Record<GroupResource, Where>> = {
  launchTemplate: { group: "first", type: "aws:ec2/launchTemplate:LaunchTemplate" },
  launchConfiguration: { group: "second", type: "aws:ec2/launchConfiguration:LaunchConfiguration" },
  group: { group: "first", type: "aws:autoscaling/group:Group" },
  securityGroup: { group: "first", type: "aws:ec2/securityGroup:SecurityGroup", ending: /^web-security-group$/ },
  instanceRole: { group: "first", type: "aws:iam/role:Role", ending: /^web-instance-service-role$/ },
  instanceProfile: { group: "first", type: "aws:iam/instanceProfile:InstanceProfile" },
  volumeKeyGrant: { group: "first", type: "aws:kms/grant:Grant" },
  launchHook: { group: "first", type: "aws:autoscaling/lifecycleHook:LifecycleHook", ending: /-launch-hook$/ },
  terminateHook: { group: "first", type: "aws:autoscaling/lifecycleHook:LifecycleHook", ending: /-terminate-hook$/ },
  hookRole: { group: "first", type: "aws:iam/role:Role", ending: /^web-terminate-hook-role$/ },
  scalingPolicy: { group: "first", type: "aws:autoscaling/policy:Policy" },
  scalingAlarm: {
    group: "first",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    ending: /^web-scale-(out|in)-alarm$/,
  },
  topic: { group: "first", type: "aws:sns/topic:Topic" },
  queue: { group: "first", type: "aws:sqs/queue:Queue", ending: /-queue$/ },
  deadLetterQueue: { group: "first", type: "aws:sqs/queue:Queue", ending: /-dead-letters$/ },
  subscription: { group: "first", type: "aws:sns/topicSubscription:TopicSubscription" },
  notificationKey: { group: "first", type: "aws:kms/key:Key" },
  function: { group: "first", type: "aws:lambda/function:Function", ending: /-function$/ },
  eventSourceMapping: { group: "first", type: "aws:lambda/eventSourceMapping:EventSourceMapping" },
  reaperRole: { group: "first", type: "aws:iam/role:Role", ending: /^web-reaper-(service|work)-role$/ },
  reaperSecurityGroup: { group: "first", type: "aws:ec2/securityGroup:SecurityGroup", ending: /^web-reaper-/ },
  logGroup: { group: "first", type: "aws:cloudwatch/logGroup:LogGroup", ending: /-reaper-log$/ },
  reconcileFunction: { group: "first", type: "aws:lambda/function:Function", ending: /-reconcile$/ },
  reconcileRole: { group: "first", type: "aws:iam/role:Role", ending: /^web-reaper-reconcile-role$/ },
  reconcileLogGroup: { group: "first", type: "aws:cloudwatch/logGroup:LogGroup", ending: /-reconcile-log$/ },
  reconcileInvokeConfig: {
    group: "first",
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  },
  reconcileRule: { group: "first", type: "aws:cloudwatch/eventRule:EventRule" },
  reconcileTarget: { group: "first", type: "aws:cloudwatch/eventTarget:EventTarget" },
  cluster: { group: "second", type: "aws:ecs/cluster:Cluster" },
  task: { group: "second", type: "aws:ecs/taskDefinition:TaskDefinition" },
  service: { group: "second", type: "aws:ecs/service:Service" },
  executionRole: { group: "second", type: "aws:iam/role:Role", ending: /^web-reaper-start-role$/ },
  taskScalingTarget: { group: "second", type: "aws:appautoscaling/target:Target" },
  taskScalingAlarm: {
    group: "second",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    ending: /-(backlog|quiet)-alarm$/,
  },
  alarm: { group: "first", type: "aws:cloudwatch/metricAlarm:MetricAlarm", ending: /^web-watch-/ },
  dashboard: { group: "first", type: "aws:cloudwatch/dashboard:Dashboard" },
};

/** Types whose properties are all decided, so that nothing can be passed on; a property that the provider adds needs a decision. */
export const WHOLE: Readonly<Record<string, readonly string[]>> = {
  "aws:appautoscaling/policy:Policy": [
    "name",
    "policyType",
    "predictiveScalingPolicyConfiguration",
    "region",
    "resourceId",
    "scalableDimension",
    "serviceNamespace",
    "stepScalingPolicyConfiguration",
    "targetTrackingScalingPolicyConfiguration",
  ],
  "aws:autoscaling/notification:Notification": ["groupNames", "notifications", "region", "topicArn"],
  "aws:autoscaling/schedule:Schedule": [
    "autoscalingGroupName",
    "desiredCapacity",
    "endTime",
    "maxSize",
    "minSize",
    "recurrence",
    "region",
    "scheduledActionName",
    "startTime",
    "timeZone",
  ],
  "aws:iam/rolePolicy:RolePolicy": ["name", "namePrefix", "policy", "role"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["policyArn", "role"],
  "aws:lambda/permission:Permission": [
    "action",
    "eventSourceToken",
    "function",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principal",
    "principalOrgId",
    "qualifier",
    "region",
    "sourceAccount",
    "sourceArn",
    "statementId",
    "statementIdPrefix",
  ],
  "aws:sqs/queuePolicy:QueuePolicy": ["policy", "queueUrl", "region"],
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": ["queueUrl", "redriveAllowPolicy", "region"],
};
