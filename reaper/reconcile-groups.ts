import { messageOf } from "../aws/failure";
import { removalInWords } from "../chef/removal";
import type { Telemetry } from "./queue/settle";
import type { ReconcileOptions, ReconcileReport } from "./reconcile";
import { inWords } from "./removal/target";
import type { ReaperSettings } from "./settings/settings";
import type { LogFields, LogLevel } from "./telemetry/log";

/** What a scheduled run needs. */
export interface ReconcileGroupsServices extends Telemetry {
  reconcile(options: ReconcileOptions): Promise<ReconcileReport>;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Reconciles each group of the settings, one after the other; a group that fails does not affect the others. A run that stops, for example
 * at its cap, is logged and counted, but is no failure.
 *
 * @param signal ends it early, with the results so far in the log
 * @throws an error that names the groups whose run failed
 */
export async function reconcileGroups(
  settings: Pick<ReaperSettings, "groups" | "dryRun" | "reconcile">,
  services: ReconcileGroupsServices,
  signal?: AbortSignal,
): Promise<void> {
  const failed: string[] = [];
  for (const group of settings.groups) {
    if (!(await reconcileOne({ group, dryRun: settings.dryRun, ...settings.reconcile, signal }, services))) {
      failed.push(group);
    }
  }
  if (failed.length > 0) {
    throw new Error(`the reconcile of ${failed.join(", ")} failed; see the log for the reason`);
  }
}

/** @returns whether everything that was to be removed is removed */
async function reconcileOne(options: ReconcileOptions, services: ReconcileGroupsServices): Promise<boolean> {
  const { group } = options;
  const started = services.now();
  try {
    const report = await services.reconcile(options);
    tell(report, services, services.now() - started);
    return report.failed.length === 0;
  } catch (error) {
    const reason = messageOf(error);
    services.log("error", "the reconcile failed", { group, reason, milliseconds: services.now() - started });
    services.metrics.add("reconcileStopped", group, 1);
    return false;
  }
}

/** One line for each name with a decision, one for the whole run, and the metrics. */
function tell(report: ReconcileReport, { log, metrics }: Telemetry, milliseconds: number): void {
  const { group, dryRun, examined, living, recent, planned, removed, kept, foreign, failed, stopped } = report;
  const { notLookedAt } = report;
  const line = (level: LogLevel, node: string, decision: string, reason?: string) =>
    log(level, "examined", { group, node, decision, reason });
  for (const { name, elsewhere, ...removal } of removed) {
    line("info", name, "removed", `${removalInWords(removal)}${inWords(elsewhere)}`);
  }
  for (const name of dryRun ? planned : []) line("info", name, "dry run: would remove");
  for (const { name, why } of kept) line("warn", name, "kept", why);
  for (const { name, why } of foreign) line("warn", name, "foreign", why);
  for (const { name, why } of failed) line("error", name, "failed", why);
  const counts: LogFields = { ...examined, living, recent, planned: planned.length, removed: removed.length };
  const more: LogFields = {
    kept: kept.length,
    notLookedAt,
    foreign: foreign.length,
    failed: failed.length,
    dryRun,
    stopped,
  };
  log(stopped ? "error" : "info", "reconciled", { group, ...counts, ...more, milliseconds });
  metrics.add("reconciled", group, removed.length);
  // Also reported as 0, so that the alarm ends with the first complete run.
  metrics.add("reconcileStopped", group, stopped || failed.length > 0 ? 1 : 0);
}
