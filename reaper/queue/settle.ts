import { messageOf } from "../../aws/failure";
import { type Outcome, retry } from "../decide/outcome";
import { type QueueMessage, type ReapServices, reapMessage } from "../decide/reap";
import type { DeadLetterReason } from "../message/dead-letter-cause";
import { type Log, reapedFields } from "../telemetry/log";
import { countSettled, type ReaperMetrics } from "../telemetry/metrics";

/** What the queue can do with a message, besides acknowledging it. */
export interface MessageQueue<Message extends QueueMessage = QueueMessage> {
  sendToDeadLetters(message: Message, why: DeadLetterReason): Promise<void>;
  /** Hides the message until it is worth another try. */
  delay(message: Message, seconds: number): Promise<void>;
}

/** Where is told what became of a message. */
export interface Telemetry {
  readonly log: Log;
  readonly metrics: ReaperMetrics;
}

/**
 * A dry run leaves every message, so rarely shown again that the hundred receives which a queue allows outlast the fourteen
 * days that it keeps one: nothing ends among the dead letters for having been looked at.
 */
const LEFT_BY_DRY_RUN = retry("a dry run leaves every message", 4 * 3600);

/** "done": take the message from the queue. "left": keep it there. */
export type Disposal = "done" | "left";

/**
 * Settles messages that were received together, all at the same time. What is left is hidden when all are settled: a reader that
 * extends a batch while it is worked on would undo it. One that cannot be hidden comes back sooner, which costs a receive.
 */
export async function settleMessages<Message extends QueueMessage>(
  messages: readonly Message[],
  services: ReapServices,
  queue: MessageQueue<Message>,
  telemetry: Telemetry,
): Promise<Disposal[]> {
  const hidden: (() => Promise<void>)[] = [];
  const settleOne = (message: Message) => {
    const delay = async (_: Message, seconds: number) =>
      void hidden.push(() =>
        queue.delay(message, seconds).catch((error: unknown) => {
          const fields = { messageId: message.id, reason: messageOf(error) };
          telemetry.log("error", "the message could not be hidden and comes back sooner", fields);
        }),
      );
    return settleMessage(message, services, { ...queue, delay }, telemetry);
  };
  const disposals = await Promise.all(messages.map(settleOne));
  await Promise.all(hidden.map((hide) => hide()));
  return disposals;
}

/** Reaps one message, logs one line, counts it, and says whether it may leave the queue. Never throws. */
export async function settleMessage<Message extends QueueMessage>(
  message: Message,
  services: ReapServices,
  queue: MessageQueue<Message>,
  { log, metrics }: Telemetry,
): Promise<Disposal> {
  const started = services.now();
  const reaped = await reapMessage(message, services);
  const { disposal, trouble } = await dispose(message, services.dryRun ? LEFT_BY_DRY_RUN : reaped, queue);
  const milliseconds = services.now() - started;
  log(trouble ? "error" : reaped.level, "settled", { ...reapedFields(message.id, reaped, milliseconds), trouble });
  countSettled(metrics, services.groups, {
    reaped,
    done: disposal === "done",
    trouble: Boolean(trouble),
    milliseconds,
  });
  return disposal;
}

interface Disposed {
  readonly disposal: Disposal;
  /** Why the queue could not do with the message what was decided; it then comes back by itself. */
  readonly trouble?: string;
}

async function dispose<Message extends QueueMessage>(
  message: Message,
  outcome: Outcome,
  queue: MessageQueue<Message>,
): Promise<Disposed> {
  try {
    if (outcome.outcome === "dead-letter") await queue.sendToDeadLetters(message, outcome);
    if (outcome.outcome === "retry") await queue.delay(message, outcome.afterSeconds);
    return { disposal: outcome.outcome === "retry" ? "left" : "done" };
  } catch (error) {
    return { disposal: "left", trouble: `the message stays in the queue: ${messageOf(error)}` };
  }
}
