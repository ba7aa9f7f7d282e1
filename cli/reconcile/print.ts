import type { Finding, ReconcileReport } from "../../reaper/reconcile";
import type { Terminal } from "../terminal/terminal";
import type { Mark } from "../terminal/text";
import { counted, named } from "../terminal/text";
import { isRefused } from "./exit-code";

/** A report with the next step, where the run was refused. */
export interface AdvisedReport extends ReconcileReport {
  readonly fix?: string;
}

/** Names shown of each kind; the rest is counted, and `--json` has all. */
const SHOWN = 20;

/** What one run found and did, for people. */
export function printReport(report: AdvisedReport, terminal: Terminal): void {
  const { group, examined, living, recent, dryRun, planned, removed, kept, foreign, failed, stopped } = report;
  const { nodes, clients } = examined;
  terminal.title(`${group}: ${counted(nodes, "node")}, ${counted(clients, "client")}`);
  terminal.mark(
    "ok",
    `  ${living} of living instances${recent > 0 ? `, ${recent} of instances that left lately` : ""}`,
  );
  const names = dryRun
    ? planned.map((name) => `${name} would be removed`)
    : removed.map(({ name, node, client }) => `${name} removed: node ${node}, client ${client}`);
  printSome(names, dryRun ? "warning" : "ok", terminal);
  printSome(alike("kept", kept), "warning", terminal);
  printSome(alike("left alone", foreign), "none", terminal);
  printSome(alike("failed", failed), "failed", terminal);
  if (report.notLookedAt > 0) {
    const names = counted(report.notLookedAt, "name");
    terminal.mark("warning", `  ${names} that EC2 does not know not looked at, others were first; run it again`, 4);
  }
  if (stopped !== undefined) terminal.mark("failed", `  stopped: ${stopped}`, 4);
  if (report.fix !== undefined) terminal.line(`    → ${report.fix}`, 6);
  if (!isRefused(report)) terminal.line(summary(report));
}

/** One line for each reason, however many it is true of. */
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
