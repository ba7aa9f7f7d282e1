export {
  type ExistingQueue,
  NotificationQueue,
  type NotificationQueueArgs,
  type NotificationSettings,
} from "./notification-queue";
export { notificationKeyStatements, queuePolicy } from "./queue-policy";
