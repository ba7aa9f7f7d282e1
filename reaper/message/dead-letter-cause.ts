/**
 * Why the reaper sets a message aside, as a code in the dead letter's attribute `cause`; the explanation is in `reason`. The codes are
 * public: `doctor` and `redrive` use them, and so can your alarms or filters.
 */
export const DEAD_LETTER_CAUSES = [
  /** The instance is not gone. */
  "alive",
  /** Two parts of the message name different accounts, regions, groups or instances, or the message is of two kinds. */
  "contradictory",
  /** The group is not one of the reaper's. */
  "other-group",
  /** The group is in another account. */
  "other-account",
  /** The group, or the node of that name, is in another region or account. */
  "other-place",
  /** The node carries another instance's id. */
  "other-instance",
  /** A node with another name carries the instance's id, but must not be removed. */
  "other-name",
  /** Not a message that Auto Scaling is known to send. */
  "not-understood",
] as const;

export type DeadLetterCause = (typeof DEAD_LETTER_CAUSES)[number];

/** Cause and reason of a dead letter. */
export interface DeadLetterReason {
  readonly cause: DeadLetterCause;
  /** Explanation, for people. */
  readonly reason: string;
}

export function isDeadLetterCause(value: unknown): value is DeadLetterCause {
  return DEAD_LETTER_CAUSES.some((cause) => cause === value);
}
