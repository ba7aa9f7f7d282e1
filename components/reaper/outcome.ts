/** What is to become of a message. */
export type Outcome =
  /** Removed from the queue: everything it asks for is confirmed. */
  | { readonly outcome: "acknowledged"; readonly reason: string }
  /** Left in the queue. */
  | {
      readonly outcome: "retry";
      readonly reason: string;
      /** Seconds until it is worth trying again. */
      readonly afterSeconds: number;
    }
  /** Sent to the dead letters with the reason: trying again would not help, a person has to look. */
  | { readonly outcome: "dead-letter"; readonly reason: string };

export function acknowledged(reason: string): Outcome {
  return { outcome: "acknowledged", reason };
}

export function retry(reason: string, afterSeconds: number): Outcome {
  return { outcome: "retry", reason, afterSeconds: Math.ceil(afterSeconds) };
}

export function deadLetter(reason: string): Outcome {
  return { outcome: "dead-letter", reason };
}
