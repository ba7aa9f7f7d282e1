import type { DeadLetterCause } from "../message/dead-letter-cause";

/** What happens to a message. */
export type Outcome =
  /** Removed from the queue: everything it asks for is confirmed. */
  | {
      readonly outcome: "acknowledged";
      readonly reason: string;
      /** Whether a node or a client was removed for it. */
      readonly removed: boolean;
    }
  /** Kept in the queue. */
  | {
      readonly outcome: "retry";
      readonly reason: string;
      /** Seconds until the next attempt. */
      readonly afterSeconds: number;
      /** Whether something failed; otherwise it is only waiting. */
      readonly failed: boolean;
    }
  /** Sent to the dead-letter queue with the reason: another attempt would not help, a person has to look. */
  | { readonly outcome: "dead-letter"; readonly cause: DeadLetterCause; readonly reason: string };

export function acknowledged(reason: string, removed = false): Outcome {
  return { outcome: "acknowledged", reason, removed };
}

/** There is something to wait for. */
export function retry(reason: string, afterSeconds: number): Outcome {
  return { outcome: "retry", reason, afterSeconds: Math.ceil(afterSeconds), failed: false };
}

/** An attempt failed, and another one may succeed. */
export function retryFailed(reason: string, afterSeconds: number): Outcome {
  return { outcome: "retry", reason, afterSeconds: Math.ceil(afterSeconds), failed: true };
}

export function deadLetter(cause: DeadLetterCause, reason: string): Outcome {
  return { outcome: "dead-letter", cause, reason };
}
