import { setTimeout } from "node:timers/promises";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import { messageOf } from "../../aws/failure";
import type { Reaper, ReceivedMessage } from "../reaper";
import type { Log } from "../telemetry/log";

/** One loop that receives and processes batches. */
export interface PollingLoop {
  start(): void;
  stop(): void;
  /** Whether it waits for the queue or processes a batch. */
  isBusy(): boolean;
  /** When the queue last responded or a batch was last finished, milliseconds since 1970; initially, when the loop was created. */
  movedAt(): number;
  /** Whether the queue has responded at all. */
  hasHeard(): boolean;
}

export interface PollingLoopOptions {
  readonly queueUrl: string;
  readonly batchSize: number;
  readonly sqs: SQSClient;
  readonly log: Log;
  /** Ends pauses; failures after it are ignored. */
  readonly stop: AbortSignal;
}

/** Long enough to be extended in time, short enough that messages of a killed worker become visible again soon. */
const VISIBILITY_SECONDS = 60;
const LONG_POLL_SECONDS = 20;
const LONGEST_PAUSE_MS = 60_000;

/** Extends the visibility timeout of messages in progress, and polls a failing queue less and less often. */
export function createPollingLoop(reaper: Reaper, options: PollingLoopOptions): PollingLoop {
  const { queueUrl, batchSize, sqs, log, stop } = options;
  const state = { movedAt: Date.now(), heard: false, failures: 0 };
  const loop = Consumer.create({
    queueUrl,
    sqs,
    batchSize,
    waitTimeSeconds: LONG_POLL_SECONDS,
    visibilityTimeout: VISIBILITY_SECONDS,
    heartbeatInterval: VISIBILITY_SECONDS / 3,
    messageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
    preReceiveMessageCallback: () => pause(pauseMs(state.failures, Math.random()), stop),
    postReceiveMessageCallback: async () => {
      Object.assign(state, { movedAt: Date.now(), heard: true, failures: 0 });
    },
    handleMessageBatch: async (messages) => {
      const done = await settleBatch(reaper, messages);
      state.movedAt = Date.now();
      return done;
    },
  });
  loop.on("error", (error, messages) => {
    if (stop.aborted && messages === undefined) return;
    if (messages === undefined) state.failures += 1;
    const what = messages
      ? "the queue did not accept a request; the messages will be delivered again"
      : "the queue does not respond";
    log("error", what, { reason: messageOf(error.cause ?? error), failures: state.failures });
  });
  return {
    start: () => loop.start(),
    stop: () => loop.stop(),
    isBusy: () => loop.status.isPolling,
    movedAt: () => state.movedAt,
    hasHeard: () => state.heard,
  };
}

/** The messages that may leave the queue. */
async function settleBatch(reaper: Reaper, messages: readonly Message[]): Promise<Message[]> {
  const disposals = await reaper.settle(messages.map(receivedMessage));
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

/**
 * Milliseconds before a queue is polled again: none while it responds, then from a second to a minute, with jitter.
 *
 * @param failures in a row
 * @param random from 0 to 1
 */
export function pauseMs(failures: number, random: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (failures - 1)) * (0.5 + random / 2);
}

/** Ends early, and without an error, if a stop comes first. */
async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  if (milliseconds > 0) await setTimeout(milliseconds, undefined, { signal: stop }).catch(() => undefined);
}
