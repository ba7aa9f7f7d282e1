import { LONGEST_GRACE_SECONDS, MOST_DELETIONS, RECONCILE_DEFAULTS, type ReconcileOptions } from "../reconcile/options";

/** Of the scheduled reconcile. */
export type ReconcileSettings = Pick<ReconcileOptions, "graceSeconds" | "cap">;

type Environment = Readonly<Record<string, string | undefined>>;
/** A whole number within bounds, or the default where the variable is not set. */
type ReadNumber = (name: string, otherwise: number, least: number, most: number) => number;

const SHARE = "REAPER_RECONCILE_MAX_DELETION_SHARE";

export function readReconcileSettings(
  environment: Environment,
  number: ReadNumber,
  mistakes: string[],
): ReconcileSettings {
  const { graceSeconds, cap } = RECONCILE_DEFAULTS;
  return {
    graceSeconds: number("REAPER_RECONCILE_GRACE_SECONDS", graceSeconds, 0, LONGEST_GRACE_SECONDS),
    cap: {
      share: readShare(environment[SHARE] || String(cap.share), mistakes),
      count: number("REAPER_RECONCILE_MAX_DELETIONS", cap.count, 1, MOST_DELETIONS),
    },
  };
}

function readShare(given: string, mistakes: string[]): number {
  const share = Number(given);
  if (!(share > 0 && share <= 1)) {
    mistakes.push(`${SHARE} is '${given}': expected a share above 0 up to 1, such as 0.5`);
  }
  return share;
}
