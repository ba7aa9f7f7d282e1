import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** SQS's limit for a batch. */
const BATCH = 10;
/**
 * What to do about messages that SQS counts, but does not deliver: its numbers are approximate for a minute, and another reader's messages
 * are hidden.
 */
export const HIDDEN_FIX =
  "run this again when no other 'redrive' or 'doctor' runs, at most 10 minutes after one was killed; SQS's count may also be a minute old";
/** Long polling asks all of SQS's servers: an empty response then means an empty queue. */
const WAIT_SECONDS = 1;

export interface ReceiveOptions {
  /** Maximum number of messages. */
  readonly limit: number;
  /** Visibility timeout of the received messages, in seconds. */
  readonly hiddenSeconds: number;
  readonly signal: AbortSignal;
}

/** Receives each message of a queue once, in batches. The caller must make the messages visible again that it leaves. */
export async function* receiveOnce(
  sqs: SQSClient,
  queueUrl: string,
  { limit, hiddenSeconds, signal }: ReceiveOptions,
): AsyncGenerator<Message[]> {
  const seen = new Set<string>();
  while (seen.size < limit && !signal.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(BATCH, limit - seen.size),
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    const news = fresh(Messages, seen);
    // The queue is empty, or all come again because this run took longer than they were hidden. One may
    // come twice at any time, since SQS delivers at least once.
    if (news.length === 0) return;
    yield news;
  }
}

function fresh(messages: readonly Message[], seen: Set<string>): Message[] {
  const news = messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
  for (const { MessageId = "" } of news) seen.add(MessageId);
  return news;
}

/** Makes messages visible again at once. If this fails, they become visible when their timeout ends. */
export async function showAgain(sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += BATCH) {
    const Entries = messages.slice(start, start + BATCH).map(({ ReceiptHandle }, index) => ({
      Id: `${index}`,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })).catch(() => undefined);
  }
}
