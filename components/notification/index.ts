export { NotificationQueue, type NotificationQueueArgs, type NotificationResource } from "./notification-queue";
export type { ExistingQueue, NotificationSettings } from "./notification-settings";
export { notificationKeyStatements, queuePolicy } from "./queue-policy";
