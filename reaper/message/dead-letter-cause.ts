/**
 * Why the reaper sets a message aside, as a code: the dead letter's attribute `cause`. Words for people stand beside it, in `reason`.
 * Codes are public: `doctor` and `redrive` read them, and whoever wires alarms or filters to the queue may.
 */
export const DEAD_LETTER_CAUSES = [
  /** The instance is not gone. */
  "alive",
  /** The message names one account, region, group or instance in one place, and another one in another place, or is of two kinds. */
  "contradictory",
  /** The group is none of the reaper's. */
  "other-group",
  /** The group is of another account. */
  "other-account",
  /** The group, or the node of that name, is of another region or account. */
  "other-place",
  /** The node carries another instance's id. */
  "other-instance",
  /** A node of another name carries the instance's id, and something speaks against its removal. */
  "other-name",
  /** No message that Auto Scaling is known to send. */
  "not-understood",
] as const;

export type DeadLetterCause = (typeof DEAD_LETTER_CAUSES)[number];

/** What a message is set aside with. */
export interface DeadLetterReason {
  readonly cause: DeadLetterCause;
  /** In words, for people. */
  readonly reason: string;
}

export function isDeadLetterCause(value: unknown): value is DeadLetterCause {
  return DEAD_LETTER_CAUSES.some((cause) => cause === value);
}
