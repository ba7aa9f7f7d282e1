import { shownText } from "../../chef/key-material";
import { LONGEST_GRACE_SECONDS, MOST_DELETIONS, RECONCILE_DEFAULTS, type ReconcileOptions } from "../reconcile/options";
import type { Bounds } from "./bounds";

/** Settings of the scheduled reconcile. */
export type ReconcileSettings = Pick<ReconcileOptions, "graceSeconds" | "cap">;

type Environment = Readonly<Record<string, string | undefined>>;
/** A whole number within limits, or the default if the variable is not set. */
type ReadNumber = (name: string, bounds: Bounds) => number;

const SHARE = "REAPER_RECONCILE_MAX_DELETION_SHARE";

export function readReconcileSettings(
  environment: Environment,
  number: ReadNumber,
  issues: string[],
): ReconcileSettings {
  const { graceSeconds, cap } = RECONCILE_DEFAULTS;
  return {
    graceSeconds: number("REAPER_RECONCILE_GRACE_SECONDS", {
      otherwise: graceSeconds,
      least: 0,
      most: LONGEST_GRACE_SECONDS,
    }),
    cap: {
      share: readShare(environment[SHARE] || String(cap.share), issues),
      count: number("REAPER_RECONCILE_MAX_DELETIONS", { otherwise: cap.count, least: 1, most: MOST_DELETIONS }),
    },
  };
}

function readShare(given: string, issues: string[]): number {
  const share = Number(given);
  if (!(share > 0 && share <= 1)) {
    issues.push(`${SHARE} is ${shownText(given)}: expected a share above 0 up to 1, such as 0.5`);
  }
  return share;
}
