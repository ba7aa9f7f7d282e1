import type * as aws from "@pulumi/aws";
import { watching } from "./owned-by-group";
import { everywhere, type Owned, use } from "./resources";

const STANDARD = "leave it out: topic and queues are standard ones, not FIFO";
const KEPT = "leave it out: messages are kept for 14 days, SQS's maximum";
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
  policy: "use 'notifications.queue' with your own queue: a queue has only one policy",
  redriveAllowPolicy: "leave it out: this queue has no dead-letter queue of its own",
  redrivePolicy: use("notifications.maxReceiveCount"),
  visibilityTimeoutSeconds: use("notifications.visibilityTimeoutSeconds"),
} satisfies Owned<aws.sqs.QueueArgs>;

const deadLetterQueue = {
  ...eitherQueue,
  redriveAllowPolicy: "leave it out: only the group's queue uses this dead-letter queue",
  redrivePolicy: "leave it out: dead letters stay until 'chef-autoscaling redrive' sends them back",
} satisfies Owned<aws.sqs.QueueArgs>;

const subscription = {
  ...everywhere,
  endpoint: use("notifications.queue"),
  filterPolicy: "leave it out: the reaper ignores messages of other groups, and would miss what a filter drops",
  filterPolicyScope: "leave it out: nothing is filtered",
  protocol: "leave it out: messages go to the queue",
  rawMessageDelivery: "leave it out: messages keep the SNS envelope",
  replayPolicy: STANDARD,
  topic: use("notifications.topicArn"),
} satisfies Owned<aws.sns.TopicSubscriptionArgs>;

const USABLE = "leave it out: topic and queues need the key's settings";

const notificationKey = {
  ...everywhere,
  bypassPolicyLockoutSafetyCheck: USABLE,
  customerMasterKeySpec: USABLE,
  customKeyStoreId: "use 'notifications.kmsKeyArn' with your own key",
  enableKeyRotation: "leave it out: the key is always rotated",
  isEnabled: USABLE,
  keyUsage: USABLE,
  policy: "use 'notifications.kmsKeyArn' with your own key",
  xksKeyId: "use 'notifications.kmsKeyArn' with your own key",
} satisfies Owned<aws.kms.KeyArgs>;

const alarm = {
  ...watching,
  alarmActions: use("observation.alarms.actionArns"),
  datapointsToAlarm: "leave it out: the alarm's periods are fixed",
  evaluationPeriods: use("observation.alarms.missingInstancesSeconds"),
  okActions: use("observation.alarms.actionArns"),
  threshold: use("observation.alarms.oldestMessageSeconds"),
} satisfies Owned<aws.cloudwatch.MetricAlarmArgs>;

const dashboard = {
  ...everywhere,
  dashboardBody: "declare your own dashboard, with the group's outputs",
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
