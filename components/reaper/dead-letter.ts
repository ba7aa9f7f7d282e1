import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueueMessage } from "./reap";

/** SQS bounds the size of a message with its attributes; a reason is for reading and need not be longer. */
const LONGEST_REASON = 1000;
/** What SQS allows in an attribute of the type String: characters of XML 1.0. */
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g;

/** Sends a message to the dead letters, with the reason in its attribute `reason`. @throws when SQS does not confirm */
export async function sendDeadLetter(
  sqs: SQSClient,
  queueUrl: string,
  message: QueueMessage,
  reason: string,
): Promise<void> {
  const text = reason.replace(NOT_IN_XML, "?").slice(0, LONGEST_REASON);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: message.body,
      MessageAttributes: {
        reason: { DataType: "String", StringValue: text },
        originalMessageId: { DataType: "String", StringValue: message.id },
      },
    }),
  );
}
