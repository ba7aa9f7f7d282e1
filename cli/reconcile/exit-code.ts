import type { ReconcileReport } from "../../reaper/reconcile";
import { EXIT, type ExitCode } from "../command/exit";

/** A stop takes precedence over a failure, and a failure over what is left. */
export function reconcileExitCode(reports: readonly ReconcileReport[]): ExitCode {
  if (reports.some(isRefused)) return EXIT.refused;
  if (reports.some(({ failed }) => failed.length > 0)) return EXIT.failed;
  return reports.some(isLeft) ? EXIT.left : EXIT.done;
}

/** Stopped before anything was tried, unlike a run that was interrupted. */
export function isRefused({ stopped, planned }: ReconcileReport): boolean {
  return stopped !== undefined && planned.length === 0;
}

function isLeft({ dryRun, planned, kept, notLookedAt, stopped }: ReconcileReport): boolean {
  return (dryRun && planned.length > 0) || kept.length > 0 || notLookedAt > 0 || stopped !== undefined;
}
