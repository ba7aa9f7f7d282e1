import type { LeftoverKind } from "./leftover";

/** The result for one temporary resource. */
export interface Swept {
  readonly kind: LeftoverKind;
  readonly id: string;
  readonly bake?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** `left`: a dry run found it, or the run was stopped before it. `kept`: a bake may still use it. */
  readonly outcome: "removed" | "left" | "kept" | "failed";
  /** The reason, if it is not obvious. */
  readonly reason?: string;
}

export interface SweepReport {
  readonly region: string;
  readonly olderThanMinutes: number;
  readonly dryRun: boolean;
  readonly swept: readonly Swept[];
}

/** One line for people. */
export function describeSwept({ kind, id, bake, since, outcome, reason }: Swept): string {
  const whose = bake ? ` of the bake '${bake}'` : "";
  const age = since ? `, since ${since}` : "";
  return `${outcome.padEnd(7)} ${kind} ${id}${whose}${age}${reason ? `: ${reason}` : ""}`;
}

/** The report's last line. */
export function summary({ region, swept, dryRun, olderThanMinutes }: SweepReport): string {
  const count = (outcome: Swept["outcome"]) => swept.filter((it) => it.outcome === outcome).length;
  const [removed, left, kept, failed] = [count("removed"), count("left"), count("kept"), count("failed")];
  const rest = dryRun ? `${left} to remove` : left > 0 ? `${removed} removed, ${left} not yet` : `${removed} removed`;
  return `${region}, older than ${olderThanMinutes} minutes: ${rest}, ${kept} kept, ${failed} failed`;
}

/**
 * 0: nothing is left behind. 1: something could not be removed. 3: something is left, because of a dry run or because the run was stopped.
 */
export function sweepExitCode({ swept }: SweepReport): 0 | 1 | 3 {
  if (swept.some(({ outcome }) => outcome === "failed")) return 1;
  return swept.some(({ outcome }) => outcome === "left") ? 3 : 0;
}
