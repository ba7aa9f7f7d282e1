import { passOnKind } from "../pass-through/pass-on";
import { anything, count, flag, late, needed, number, object, type ShapeOf, text, texts } from "../validation/shape";
import type { NotificationQueueArgs, NotificationResource } from "./notification-queue";
import type { ExistingQueue, NotificationSettings } from "./notification-settings";

const existingQueue = object({
  url: needed(late(text)),
  arn: needed(late(text)),
  deadLetterQueueUrl: needed(late(text)),
  deadLetterQueueArn: needed(late(text)),
} satisfies ShapeOf<ExistingQueue>);

export const notifications = object({
  topicArn: late(text),
  moreTopicArns: late(texts),
  queue: existingQueue,
  kmsKeyArn: late(text),
  createKey: flag,
  maxReceiveCount: count,
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
