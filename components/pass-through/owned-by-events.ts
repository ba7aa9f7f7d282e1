import type * as aws from "@pulumi/aws";
import { watching } from "./owned-by-group";
import { everywhere, type Owned, use } from "./resources";

const STANDARD = "leave it out: topic and queues are standard ones, which keep no order and remove no duplicates";
const KEPT = "leave it out: messages are kept for 14 days, the longest that SQS knows";
const KEY = use("notifications.kmsKeyArn", "notifications.createKey");

const topic = {
  ...everywhere,
  archivePolicy: STANDARD,
  contentBasedDeduplication: STANDARD,
  fifoThroughputScope: STANDARD,
  fifoTopic: STANDARD,
  kmsMasterKeyId: KEY,
} satisfies Owned<aws.sns.TopicArgs>;

const eitherQueue = {
  ...everywhere,
  contentBasedDeduplication: STANDARD,
  deduplicationScope: STANDARD,
  fifoQueue: STANDARD,
  fifoThroughputLimit: STANDARD,
  kmsMasterKeyId: KEY,
  messageRetentionSeconds: KEPT,
  sqsManagedSseEnabled: KEY,
};

const queue = {
  ...eitherQueue,
  policy: "use 'notifications.queue' with a queue of your own: SQS has one policy for a queue",
  redriveAllowPolicy: "leave it out: no queue sets its dead letters aside here",
  redrivePolicy: use("notifications.maxReceiveCount"),
  visibilityTimeoutSeconds: use("notifications.visibilityTimeoutSeconds"),
} satisfies Owned<aws.sqs.QueueArgs>;

const deadLetterQueue = {
  ...eitherQueue,
  redriveAllowPolicy: "leave it out: the group's own queue alone sets its dead letters aside here",
  redrivePolicy: "leave it out: dead letters stay until 'chef-autoscaling redrive' takes them",
} satisfies Owned<aws.sqs.QueueArgs>;

const subscription = {
  ...everywhere,
  endpoint: use("notifications.queue"),
  filterPolicy: "leave it out: the reaper leaves alone what is not its group's, and would miss what a filter drops",
  filterPolicyScope: "leave it out: nothing is filtered",
  protocol: "leave it out: messages go to the queue",
  rawMessageDelivery: "leave it out: messages keep the envelope of SNS",
  replayPolicy: STANDARD,
  topic: use("notifications.topicArn"),
} satisfies Owned<aws.sns.TopicSubscriptionArgs>;

const USABLE = "leave it out: topic and queues need the key as it is";

const notificationKey = {
  ...everywhere,
  bypassPolicyLockoutSafetyCheck: USABLE,
  customerMasterKeySpec: USABLE,
  customKeyStoreId: "use 'notifications.kmsKeyArn' with a key of your own",
  enableKeyRotation: "leave it out: the key is rotated",
  isEnabled: USABLE,
  keyUsage: USABLE,
  policy: "use 'notifications.kmsKeyArn' with a key of your own",
  xksKeyId: "use 'notifications.kmsKeyArn' with a key of your own",
} satisfies Owned<aws.kms.KeyArgs>;

const alarm = {
  ...watching,
  alarmActions: use("observation.alarms.actionArns"),
  datapointsToAlarm: "leave it out: the alarm's periods are decided",
  evaluationPeriods: use("observation.alarms.missingInstancesSeconds"),
  okActions: use("observation.alarms.actionArns"),
  threshold: use("observation.alarms.oldestMessageSeconds"),
} satisfies Owned<aws.cloudwatch.MetricAlarmArgs>;

const dashboard = {
  ...everywhere,
  dashboardBody: "declare a dashboard of your own, with the group's outputs",
} satisfies Owned<aws.cloudwatch.DashboardArgs>;

export const OWNED_BY_EVENTS = {
  topic,
  queue,
  deadLetterQueue,
  subscription,
  notificationKey,
  alarm,
  dashboard,
};
