import { type Log, reapedFields } from "./log";
import { type QueueMessage, type Reaped, type ReapServices, reapMessage } from "./reap";

/** What the queue can do with a message, besides acknowledging it. */
export interface MessageQueue {
  sendToDeadLetters(message: QueueMessage, reason: string): Promise<void>;
  /** Hides the message until it is worth another try. */
  delay(message: QueueMessage, seconds: number): Promise<void>;
}

/** "done": take the message from the queue. "left": keep it there. */
export type Disposal = "done" | "left";

/** Reaps one message, logs one line, and says whether it may leave the queue. Never throws. */
export async function settleMessage(
  message: QueueMessage,
  services: ReapServices,
  queue: MessageQueue,
  log: Log,
): Promise<Disposal> {
  const started = services.now();
  const reaped = await reapMessage(message, services);
  log(reaped.level, "settled", reapedFields(message.id, reaped, services.now() - started));
  if (services.dryRun) {
    return "left";
  }
  return dispose(message, reaped, queue).catch((error: unknown) => {
    log("error", "the message stays in the queue", { messageId: message.id, reason: String(error) });
    return "left";
  });
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
