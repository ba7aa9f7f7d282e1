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
} from "../validation/shape";
import type { NotificationQueueArgs } from "./notification-queue";
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
  maxReceiveCount: between(1, 1000, "receipts", "too few make dead letters of a Chef server's short absence"),
  visibilityTimeoutSeconds: count,
} satisfies ShapeOf<NotificationSettings>);

export const notificationQueueShape = {
  autoScalingGroup: needed(anything),
  readerTimeoutSeconds: needed(number),
  settings: notifications,
} satisfies ShapeOf<NotificationQueueArgs>;
