import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** SQS's own bound for a batch. */
const BATCH = 10;
/** Whoever waits asks all of SQS's machines: an empty answer then means an empty queue. */
const WAIT_SECONDS = 1;

export interface ReceiveOptions {
  /** Messages, at most. */
  readonly limit: number;
  /** Seconds for which nobody else sees what was received. */
  readonly hiddenSeconds: number;
  readonly signal: AbortSignal;
}

/** Receives each message of a queue once, batch by batch. What is left hidden is the caller's to show again. */
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
    if (news.length > 0) yield news;
    // Nothing is there, or what was seen comes again because this run took longer than it was hidden
    if (news.length < Messages.length || Messages.length === 0) return;
  }
}

function fresh(messages: readonly Message[], seen: Set<string>): Message[] {
  const news = messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
  for (const { MessageId = "" } of news) seen.add(MessageId);
  return news;
}

/** Lets others see messages again at once. What cannot be shown comes back by itself when its time is over. */
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
