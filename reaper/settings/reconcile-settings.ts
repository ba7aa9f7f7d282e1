import { LONGEST_GRACE_SECONDS, MOST_DELETIONS, RECONCILE_DEFAULTS, type ReconcileOptions } from "../reconcile/options";
import type { EnvironmentReader } from "./environment-reader";

/** Of the scheduled reconcile. */
export type ReconcileSettings = Pick<ReconcileOptions, "graceSeconds" | "cap">;

const { graceSeconds: otherwise, cap } = RECONCILE_DEFAULTS;

export function readReconcileSettings({ number, checked }: EnvironmentReader): ReconcileSettings {
  const graceSeconds = number("REAPER_RECONCILE_GRACE_SECONDS", { otherwise, least: 0, most: LONGEST_GRACE_SECONDS });
  const count = number("REAPER_RECONCILE_MAX_DELETIONS", { otherwise: cap.count, least: 1, most: MOST_DELETIONS });
  const share = checked("REAPER_RECONCILE_MAX_DELETION_SHARE", isShare, "a share above 0 up to 1, such as 0.5");
  return { graceSeconds, cap: { share: Number(share ?? cap.share), count } };
}

function isShare(text: string): boolean {
  return Number(text) > 0 && Number(text) <= 1;
}
