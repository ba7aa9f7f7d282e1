import { z } from "zod";
import { count, name } from "./primitives";

export const notifications = z
  .strictObject({
    topicArn: name.optional().describe("topic that exists; default one of its own"),
    moreTopicArns: z.array(name).optional().describe("more topics that hear the same"),
    queue: z
      .strictObject({
        url: name.describe("URL"),
        arn: name.describe("ARN"),
        deadLetterQueueUrl: name.describe("URL of the queue its dead letters go to"),
        deadLetterQueueArn: name.describe("ARN of that queue"),
      })
      .optional()
      .describe("queue that exists and whose policy lets the topic send; default one of its own"),
    kmsKeyArn: name.optional().describe("key that encrypts topic and queues; default SQS's own for the queues"),
    createKey: z.boolean().optional().describe("makes such a key for this group alone; default `false`"),
    maxReceiveCount: count
      .optional()
      .describe("receipts before a message is a dead letter, not with `queue`; default 100"),
    visibilityTimeoutSeconds: count.optional().describe("not with `queue`; default six times `reaper.timeoutSeconds`"),
  })
  .describe("where launches and terminations are announced");

export const observation = z
  .strictObject({
    alarms: z
      .union(
        [
          z.literal(false),
          z.strictObject({
            actionArns: z.array(name).optional().describe("what is told, such as a topic; default nobody"),
            oldestMessageSeconds: count.optional().describe("age at which a message waits too long; default 1800"),
            missingInstancesSeconds: count
              .optional()
              .describe("for so long fewer instances may be in service than wanted; default 3600"),
          }),
        ],
        { error: "false, or {actionArns, oldestMessageSeconds, missingInstancesSeconds}" },
      )
      .optional()
      .describe("alarms on the reaper and on missing instances, or `false` for none; default alarms without actions"),
    dashboard: z.boolean().optional().describe("CloudWatch dashboard; default `false`"),
  })
  .describe("alarms on the reaper, and a dashboard");
