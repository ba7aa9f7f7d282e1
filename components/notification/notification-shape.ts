import { passOnKind } from "../pass-through/pass-on";
import { KMS_KEY_ARN, QUEUE_ARN, QUEUE_URL, TOPIC_ARN } from "../validation/aws-references";
import {
  anything,
  between,
  count,
  flag,
  late,
  needed,
  number,
  object,
  reference,
  references,
  type ShapeOf,
  text,
} from "../validation/shape";
import type { NotificationQueueArgs, NotificationResource } from "./notification-queue";
import type { ExistingQueue, NotificationSettings } from "./notification-settings";

const existingQueue = object({
  url: needed(late(reference(QUEUE_URL))),
  arn: needed(late(reference(QUEUE_ARN))),
  deadLetterQueueUrl: needed(late(reference(QUEUE_URL))),
  deadLetterQueueArn: needed(late(reference(QUEUE_ARN))),
} satisfies ShapeOf<ExistingQueue>);

export const notifications = object({
  topicArn: late(reference(TOPIC_ARN)),
  moreTopicArns: late(references(TOPIC_ARN)),
  queue: existingQueue,
  kmsKeyArn: late(reference(KMS_KEY_ARN)),
  createKey: flag,
  maxReceiveCount: between(
    1,
    1000,
    "receipts",
    "with too few, a short outage of the Chef server produces dead letters",
  ),
  visibilityTimeoutSeconds: count,
} satisfies ShapeOf<NotificationSettings>);

export const NOTIFICATION_RESOURCES = [
  "topic",
  "queue",
  "deadLetterQueue",
  "subscription",
  "notificationKey",
] as const satisfies readonly NotificationResource[];

export const notificationQueueShape = {
  autoScalingGroup: needed(anything),
  serviceLinkedRoleArn: late(text),
  readerTimeoutSeconds: needed(number),
  settings: notifications,
  passOn: passOnKind(NOTIFICATION_RESOURCES),
} satisfies ShapeOf<NotificationQueueArgs>;
