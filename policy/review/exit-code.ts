import { type Review, stopping } from "./finding";

/** What the command ends with; docs/policy.md has the same table. */
export const EXIT = {
  /** Nothing that stops; advice at most. */
  passed: 0,
  /** A mandatory rule is violated. */
  stopped: 1,
  /** The command was called wrongly, or the Pulumi CLI is not there. */
  usage: 2,
  /** The preview itself failed, so that nobody knows. */
  failed: 3,
} as const;

export function reviewExitCode(review: Review): number {
  if (stopping(review).length > 0) return EXIT.stopped;
  return review.errors.length > 0 ? EXIT.failed : EXIT.passed;
}
