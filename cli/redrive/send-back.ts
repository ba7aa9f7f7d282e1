import { DeleteMessageCommand, type Message, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueuePair } from "../target/queue-pair";

/** What the reaper adds to a message that it sets aside; the queue's own messages have none of it. */
const OF_DEAD_LETTERS = ["cause", "reason", "originalMessageId"];

/**
 * Puts a dead letter back into the queue. Sent first and deleted once that is confirmed, so that a fault in between makes
 * the message double, never lost; the reaper takes a second one for gone already.
 * @returns the id that it has in the queue
 */
export async function sendBack(sqs: SQSClient, queues: QueuePair, message: Message): Promise<string> {
  const kept = Object.entries(message.MessageAttributes ?? {}).filter(([name]) => !OF_DEAD_LETTERS.includes(name));
  const sent = await sqs.send(
    new SendMessageCommand({
      QueueUrl: queues.queueUrl,
      MessageBody: message.Body,
      MessageAttributes: kept.length > 0 ? Object.fromEntries(kept) : undefined,
    }),
  );
  if (!sent.MessageId) {
    throw new Error(
      `SQS did not confirm the message to '${queues.queueUrl}': check the URL; the message is still in the dead-letter queue`,
    );
  }
  const { ReceiptHandle } = message;
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, ReceiptHandle }));
  return sent.MessageId;
}
