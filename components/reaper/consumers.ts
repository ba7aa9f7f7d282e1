import { type Message, SQSClient } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import type { Log } from "./log";
import type { Reaper, ReceivedMessage } from "./reaper";

export interface ConsumersOptions {
  readonly queueUrl: string;
  /** Messages handled at a time. */
  readonly concurrency: number;
  readonly log: Log;
}

/** Polling loops over one queue. */
export interface Consumers {
  start(): void;
  /** Stops receiving and waits for what is being handled. @returns whether all of it ended in time */
  drain(milliseconds: number): Promise<boolean>;
}

/** What SQS hands out in one receive, at most. */
const LARGEST_BATCH = 10;
const VISIBILITY_SECONDS = 60;
/** A queue that fails is asked less often. */
const PAUSE_AFTER_ERROR_MS = 2000;

/** As many loops as the concurrency asks for; each extends the visibility of what it holds while it works. */
export function createConsumers(reaper: Reaper, options: ConsumersOptions): Consumers {
  const stop = new AbortController();
  const count = Math.ceil(options.concurrency / LARGEST_BATCH);
  const batchSize = Math.ceil(options.concurrency / count);
  const sqs = interruptibleSqs(stop.signal);
  const loops = Array.from({ length: count }, () => createLoop(reaper, options, sqs, batchSize, stop.signal));
  return {
    start: () => {
      for (const loop of loops) {
        loop.start();
      }
    },
    drain: (milliseconds) => {
      stop.abort();
      return drained(loops, milliseconds);
    },
  };
}

/** Ends the long poll on a stop, but not the deletes: sqs-consumer's own abort would end both. */
function interruptibleSqs(signal: AbortSignal): SQSClient {
  const sqs = new SQSClient();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("the worker stops")), { once: true });
  });
  stopped.catch(() => "a stop while nothing is received is no error");
  sqs.middlewareStack.add(
    (next, context) => (args) =>
      context.commandName === "ReceiveMessageCommand" ? Promise.race([next(args), stopped]) : next(args),
    { step: "initialize", name: "endLongPollOnStop" },
  );
  return sqs;
}

function createLoop(
  reaper: Reaper,
  options: ConsumersOptions,
  sqs: SQSClient,
  batchSize: number,
  signal: AbortSignal,
): Consumer {
  const loop = Consumer.create({
    queueUrl: options.queueUrl,
    sqs,
    batchSize,
    waitTimeSeconds: 20,
    visibilityTimeout: VISIBILITY_SECONDS,
    heartbeatInterval: VISIBILITY_SECONDS / 3,
    messageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
    handleMessageBatch: (messages) => settleBatch(reaper, messages),
  });
  loop.on("error", (error) => {
    if (!signal.aborted) {
      options.log("error", "the queue does not answer as it should", { reason: error.message });
      loop.updateOption("pollingWaitTimeMs", PAUSE_AFTER_ERROR_MS);
    }
  });
  const asUsual = (): void => loop.updateOption("pollingWaitTimeMs", 0);
  loop.on("response_processed", asUsual);
  loop.on("empty", asUsual);
  return loop;
}

/** The messages that may leave the queue. */
async function settleBatch(reaper: Reaper, messages: readonly Message[]): Promise<Message[]> {
  const disposals = await Promise.all(messages.map((message) => reaper.settle(receivedMessage(message))));
  return messages.filter((_, index) => disposals[index] === "done");
}

function receivedMessage(message: Message): ReceivedMessage {
  return {
    id: message.MessageId ?? "",
    body: message.Body ?? "",
    sentAt: Number(message.Attributes?.SentTimestamp) || undefined,
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount) || 1,
    receiptHandle: message.ReceiptHandle ?? "",
  };
}

async function drained(loops: readonly Consumer[], milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  for (const loop of loops) {
    loop.stop();
  }
  while (loops.some((loop) => loop.status.isPolling)) {
    if (Date.now() > until) {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
