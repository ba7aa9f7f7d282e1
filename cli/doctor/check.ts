import { describeError, fixOf } from "../command/describe-error";
import { EXIT, type ExitCode } from "../command/exit";

/** What one look found. */
export interface Check {
  /** What was looked at, such as `key`. */
  readonly name: string;
  /** `skipped`: not looked at, because something else is in the way or was not asked for. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  /** What to do about it: a sentence, or commands, one each. */
  readonly fix?: readonly string[];
}

/** Checks of one thing, such as a queue. */
export interface Area {
  readonly title: string;
  readonly checks: readonly Check[];
}

export function ok(name: string, message: string): Check {
  return { name, status: "ok", message };
}

export function warning(name: string, message: string, ...fix: string[]): Check {
  return { name, status: "warning", message, fix };
}

export function failed(name: string, message: string, ...fix: string[]): Check {
  return { name, status: "failed", message, fix };
}

export function skipped(name: string, message: string): Check {
  return { name, status: "skipped", message };
}

/** A check that fails with whatever its look throws; the library's errors end in their way out. */
export async function attempt(name: string, look: () => Promise<Check>, ...fix: string[]): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    return failed(name, describeError(error), ...fix, ...[fixOf(error) ?? []].flat());
  }
}

/** By the worst of all checks. */
export function doctorExitCode(areas: readonly Area[]): ExitCode {
  const all = areas.flatMap(({ checks }) => checks);
  if (all.some(({ status }) => status === "failed")) return EXIT.failed;
  return all.some(({ status }) => status === "warning") ? EXIT.left : EXIT.done;
}
