import { type Log, reapedFields } from "./log";
import { countSettled, type ReaperMetrics } from "./metrics/metrics";
import { type QueueMessage, type Reaped, type ReapServices, reapMessage } from "./reap";

/** What the queue can do with a message, besides acknowledging it. */
export interface MessageQueue {
  sendToDeadLetters(message: QueueMessage, reason: string): Promise<void>;
  /** Hides the message until it is worth another try. */
  delay(message: QueueMessage, seconds: number): Promise<void>;
}

/** Where is told what became of a message. */
export interface Telemetry {
  readonly log: Log;
  readonly metrics: ReaperMetrics;
}

/** "done": take the message from the queue. "left": keep it there. */
export type Disposal = "done" | "left";

/** Reaps one message, logs one line, counts it, and says whether it may leave the queue. Never throws. */
export async function settleMessage(
  message: QueueMessage,
  services: ReapServices,
  queue: MessageQueue,
  { log, metrics }: Telemetry,
): Promise<Disposal> {
  const started = services.now();
  const reaped = await reapMessage(message, services);
  const { disposal, trouble } = await disposeSafely(message, reaped, services.dryRun ? undefined : queue);
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

/** @param queue none in a dry run, which leaves every message */
async function disposeSafely(message: QueueMessage, reaped: Reaped, queue?: MessageQueue): Promise<Disposed> {
  if (queue === undefined) {
    return { disposal: "left" };
  }
  return dispose(message, reaped, queue).then(
    (disposal) => ({ disposal }),
    (error: unknown) => ({ disposal: "left", trouble: `the message stays in the queue: ${String(error)}` }),
  );
}

async function dispose(message: QueueMessage, reaped: Reaped, queue: MessageQueue): Promise<Disposal> {
  switch (reaped.outcome) {
    case "acknowledged":
      return "done";
    case "dead-letter":
      await queue.sendToDeadLetters(message, reaped.reason);
      return "done";
    case "retry":
      await queue.delay(message, reaped.afterSeconds);
      return "left";
  }
}
