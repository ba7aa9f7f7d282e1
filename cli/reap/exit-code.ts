import { EXIT, type ExitCode } from "../command/exit";
import type { ReapedInstance } from "./reap-instance";

/** A failure takes precedence over a refusal, and a refusal over what is left. */
export function reapExitCode(reaped: readonly ReapedInstance[]): ExitCode {
  const some = (...outcomes: ReapedInstance["outcome"][]) => reaped.some(({ outcome }) => outcomes.includes(outcome));
  if (some("failed")) return EXIT.failed;
  if (some("refused")) return EXIT.refused;
  return some("would-remove", "not-tried") ? EXIT.left : EXIT.done;
}
