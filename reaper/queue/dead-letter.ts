import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { QueueMessage } from "../decide/reap";
import type { DeadLetterReason } from "../message/dead-letter-cause";

/** SQS limits the size of a message with its attributes; a reason is for reading and need not be longer. */
const LONGEST_REASON = 1000;
/** Characters that SQS does not allow in an attribute of the type String: those outside XML 1.0. */
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g;

/** Below SQS's limit by more than the attributes need; otherwise, a body of the maximum size would be refused with them. */
const LARGEST_WITH_REASON = 250 * 1024;

/**
 * Sends a message to the dead-letter queue, with the code in its attribute `cause` and the explanation in `reason` if there is room for
 * them.
 *
 * @throws if SQS does not confirm
 */
export async function sendDeadLetter(
  sqs: SQSClient,
  queueUrl: string,
  message: QueueMessage,
  { cause, reason }: DeadLetterReason,
): Promise<void> {
  const text = reason.replace(NOT_IN_XML, "?").slice(0, LONGEST_REASON);
  const attributes = {
    cause: { DataType: "String", StringValue: cause },
    reason: { DataType: "String", StringValue: text },
    // A record that a function was invoked with may lack it, and SQS refuses an empty attribute
    ...(message.id === "" ? {} : { originalMessageId: { DataType: "String", StringValue: message.id } }),
  };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: message.body,
      MessageAttributes: Buffer.byteLength(message.body) > LARGEST_WITH_REASON ? undefined : attributes,
    }),
  );
}
