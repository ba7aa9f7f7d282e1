import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { forEachBounded } from "../../../common/concurrency";

/** A queue and its dead-letter queue, configured as the components declare them. */
export interface QueuePair {
  readonly name: string;
  readonly deadName: string;
  send(bodies: readonly string[]): Promise<void>;
  /** Number of messages in the queue, including hidden ones. */
  size(): Promise<number>;
  /** Receives and deletes all dead letters. */
  takeDeadLetters(): Promise<DeadLetter[]>;
}

export interface DeadLetter {
  readonly body: string;
  /** The message's id in the original queue; undefined if SQS itself moved it. */
  readonly earlierId?: string;
  /** Undefined if SQS itself moved the message. */
  readonly cause?: string;
  readonly reason?: string;
}

export interface QueueSettings {
  /** Receives after which SQS moves a message to the dead-letter queue. @default 100 */
  readonly maxReceiveCount?: number;
}

/** Limits of SQS for one request. */
const LARGEST_BATCH = 10;
const LARGEST_BATCH_BYTES = 250_000;

let pairs = 0;

export async function createQueuePair(sqs: SQSClient, settings: QueueSettings): Promise<QueuePair> {
  const name = `queue${++pairs}`;
  const deadName = `${name}-dead`;
  const dead = await createQueue(sqs, deadName, {});
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ["QueueArn"] }));
  const deadLetterTargetArn = answer.Attributes?.QueueArn;
  const redrive = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: settings.maxReceiveCount ?? 100 });
  const queue = await createQueue(sqs, name, { RedrivePolicy: redrive, VisibilityTimeout: "30" });
  return {
    name,
    deadName,
    send: (bodies) => forEachBounded(batched(bodies), 4, (batch) => sendBatch(sqs, queue, batch)),
    size: () => sizeOf(sqs, queue),
    takeDeadLetters: () => takeAll(sqs, dead),
  };
}

async function createQueue(sqs: SQSClient, name: string, attributes: Record<string, string>): Promise<string> {
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return url ?? "";
}

function batched(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = LARGEST_BATCH_BYTES;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const last = batches.at(-1);
    if (last === undefined || last.length === LARGEST_BATCH || bytes + size > LARGEST_BATCH_BYTES) {
      batches.push([body]);
      bytes = size;
    } else {
      last.push(body);
      bytes += size;
    }
  }
  return batches;
}

async function sendBatch(sqs: SQSClient, url: string, bodies: readonly string[]): Promise<void> {
  const entries = bodies.map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
  const { Failed: failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
  if (failed.length > 0) {
    throw new Error(`${failed.length} messages could not be sent: ${failed[0]?.Message}`);
  }
}

async function sizeOf(sqs: SQSClient, url: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(attributes?.[name] ?? 0), 0);
}

async function takeAll(sqs: SQSClient, url: string): Promise<DeadLetter[]> {
  const taken: DeadLetter[] = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: LARGEST_BATCH, MessageAttributeNames: ["All"] }),
    );
    if (messages.length === 0) {
      return taken;
    }
    taken.push(...messages.map(deadLetterOf));
    const entries = messages.map((message, index) => ({ Id: `${index}`, ReceiptHandle: message.ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries }));
  }
}

function deadLetterOf(message: Message): DeadLetter {
  const { cause, reason, originalMessageId } = message.MessageAttributes ?? {};
  return {
    body: message.Body ?? "",
    cause: cause?.StringValue,
    reason: reason?.StringValue,
    earlierId: originalMessageId?.StringValue,
  };
}
