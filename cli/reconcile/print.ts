import { removalInWords } from "../../chef/removal";
import type { Finding, ReconcileReport } from "../../reaper/reconcile";
import type { Terminal } from "../terminal/terminal";
import type { Mark } from "../terminal/text";
import { counted, named } from "../terminal/text";
import { isRefused } from "./exit-code";

/** A report with the next step, if the run was refused. */
export interface AdvisedReport extends ReconcileReport {
  readonly fix?: string;
}

/** Number of names shown of each kind; the rest is counted, and `--json` has all. */
const SHOWN = 20;

/** Prints what one run found and did. */
export function printReport(report: AdvisedReport, terminal: Terminal): void {
  const { group, examined, living, recent, dryRun, planned, removed, kept, foreign, failed, stopped } = report;
  const { nodes, clients } = examined;
  terminal.title(`${group}: ${counted(nodes, "node")}, ${counted(clients, "client")}`);
  terminal.mark(
    "ok",
    `  ${living} of living instances${recent > 0 ? `, ${recent} of recently terminated instances` : ""}`,
  );
  const names = dryRun
    ? planned.map((name) => `${name} would be removed`)
    : removed.map(({ name, ...removal }) => `${name} removed: ${removalInWords(removal)}`);
  printSome(names, dryRun ? "warning" : "ok", terminal);
  printSome(alike("kept", kept), "warning", terminal);
  printSome(alike("left alone", foreign), "none", terminal);
  printSome(alike("failed", failed), "failed", terminal);
  if (report.notLookedAt > 0) {
    const names = counted(report.notLookedAt, "name");
    terminal.mark("warning", `  ${names} that EC2 does not know were not checked in this run; run it again`, 4);
  }
  if (stopped !== undefined) terminal.mark("failed", `  stopped: ${stopped}`, 4);
  if (report.fix !== undefined) terminal.line(`    → ${report.fix}`, 6);
  if (!isRefused(report)) terminal.line(summary(report));
}

/** One line for each reason, however many names it applies to. */
function alike(what: string, findings: readonly Finding[]): string[] {
  const reasons = [...new Set(findings.map(({ why }) => why))];
  return reasons.map((reason) => {
    const names = findings.filter(({ why }) => why === reason).map(({ name }) => name);
    return `${named(names.sort())} ${what}: ${reason}`;
  });
}

function printSome(lines: readonly string[], mark: Mark, terminal: Terminal): void {
  for (const line of lines.slice(0, SHOWN)) terminal.mark(mark, `  ${line}`, 4);
  if (lines.length > SHOWN) terminal.mark(mark, `  and ${lines.length - SHOWN} more; --json has them all`, 4);
}

function summary({ dryRun, planned, removed, kept, foreign, failed }: ReconcileReport): string {
  const done = dryRun ? `${planned.length} to remove` : `${removed.length} removed`;
  const rest = [
    [kept.length, "kept"],
    [foreign.length, "left alone"],
    [failed.length, "failed"],
  ].filter(([count]) => count !== 0);
  return [done, ...rest.map(([count, word]) => `${count} ${word}`)].join(", ");
}
