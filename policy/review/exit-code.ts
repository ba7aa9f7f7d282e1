import { type Review, stopping } from "./finding";

/** Exit codes of the command; docs/policy.md has the same table. */
export const EXIT = {
  /** No mandatory findings. */
  passed: 0,
  /** A mandatory rule is violated. */
  stopped: 1,
  /** Invalid options, or the Pulumi CLI is not installed. */
  usage: 2,
  /** The preview itself failed, so the result is unknown. */
  failed: 3,
} as const;

export function reviewExitCode(review: Review): number {
  if (stopping(review).length > 0) return EXIT.stopped;
  return review.errors.length > 0 ? EXIT.failed : EXIT.passed;
}
