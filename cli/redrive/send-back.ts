import { DeleteMessageCommand, type Message, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueuePair } from "../target/queue-pair";

/** Attributes that the reaper adds to a dead letter; messages in the queue have none of them. */
const OF_DEAD_LETTERS = ["cause", "reason", "originalMessageId"];

/**
 * Sends a dead letter back to the queue. It is sent first and deleted once that is confirmed, so an error in between duplicates the message
 * but never loses it; for a duplicate, the reaper finds the node already gone.
 *
 * @returns its id in the queue
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
