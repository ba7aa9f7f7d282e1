import { describeError, fixOf } from "../command/describe-error";
import { EXIT, type ExitCode } from "../command/exit";

/** Result of one check. */
export interface Check {
  /** What was checked, such as `key`. */
  readonly name: string;
  /** `skipped`: not checked, because something else prevents it or it was not requested. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  /** What to do about it: a sentence, or commands, one per item. */
  readonly fix?: readonly string[];
}

/** Checks of one subject, such as a queue. */
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

/** A check that fails with whatever it throws; the library's errors end with what to do. */
export async function attempt(name: string, check: () => Promise<Check>, ...fix: string[]): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return failed(name, describeError(error), ...fix, ...[fixOf(error) ?? []].flat());
  }
}

/** Determined by the worst of all checks. */
export function doctorExitCode(areas: readonly Area[]): ExitCode {
  const all = areas.flatMap(({ checks }) => checks);
  if (all.some(({ status }) => status === "failed")) return EXIT.failed;
  return all.some(({ status }) => status === "warning") ? EXIT.left : EXIT.done;
}
