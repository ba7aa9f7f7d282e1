import { LONGEST_GRACE_SECONDS, MOST_DELETIONS, RECONCILE_DEFAULTS } from "../../reaper/reconcile/options";
import type { ValidationIssue } from "../validation/issues";

/** When the reconcile runs, and how many nodes it may remove. */
export interface ReconcileArgs {
  /** When it runs, in UTC: `rate(…)` or `cron(…)`; for a service only a rate, up to a week. @default "rate(1 hour)" */
  readonly scheduleExpression?: string;
  /** Minimum number of seconds since an instance was terminated before its node and client are removed, up to a week. @default 900 */
  readonly graceSeconds?: number;
  /** Maximum number of names that one run removes. If more would be removed, it removes none and its alarm fires. @default 50 */
  readonly maxDeletions?: number;
  /** The same limit as a share of the group's names on the Chef server; up to five names may always be removed. @default 0.5 */
  readonly maxDeletionShare?: number;
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/**
 * A rate in minutes, for a worker, which no rule invokes; 0 for never.
 *
 * @param reconcile without a cron
 */
export function reconcileMinutes(reconcile: ReconcileArgs | false = {}): number {
  if (reconcile === false) return 0;
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(reconcile.scheduleExpression ?? "") ?? [];
  return count === undefined ? 60 : Number(count) * (MINUTES[unit] ?? 60);
}

/** The reaper's environment variables, where they differ from its defaults. */
export function reconcileEnvironment(args: ReconcileArgs): Record<string, string> {
  return {
    ...(args.graceSeconds !== undefined && { REAPER_RECONCILE_GRACE_SECONDS: String(args.graceSeconds) }),
    ...(args.maxDeletions !== undefined && { REAPER_RECONCILE_MAX_DELETIONS: String(args.maxDeletions) }),
    ...(args.maxDeletionShare !== undefined && { REAPER_RECONCILE_MAX_DELETION_SHARE: String(args.maxDeletionShare) }),
  };
}

export function reconcileIssues(args: ReconcileArgs): ValidationIssue[] {
  const { graceSeconds: grace = 0, maxDeletions: most = 1, maxDeletionShare: share = 1, scheduleExpression } = args;
  const wrong: ValidationIssue[] = [];
  const say = (name: keyof ReconcileArgs, expected: string, fix: string): void => {
    wrong.push({ property: `reaper.reconcile.${name}`, value: args[name], expected, fix });
  };
  if (scheduleExpression !== undefined && !isSchedule(scheduleExpression)) {
    say(
      "scheduleExpression",
      "such as 'rate(1 hour)', 'rate(30 minutes)' or 'cron(15 * * * ? *)'",
      "leave it out for once an hour",
    );
  }
  if (!(Number.isInteger(grace) && grace >= 0 && grace <= LONGEST_GRACE_SECONDS)) {
    say(
      "graceSeconds",
      `0 to ${LONGEST_GRACE_SECONDS} (a week)`,
      `${RECONCILE_DEFAULTS.graceSeconds} gives the queue's messages time to be processed first`,
    );
  }
  if (!(Number.isInteger(most) && most >= 1 && most <= MOST_DELETIONS)) {
    say("maxDeletions", `1 to ${MOST_DELETIONS}`, "set 'reconcile' to false to remove none");
  }
  if (!(share > 0 && share <= 1)) {
    say("maxDeletionShare", "above 0 up to 1", "set 'reconcile' to false to remove none");
  }
  return wrong;
}

/** EventBridge's syntax: a rate of 1 with a singular unit, more with a plural one; a cron with six fields. */
function isSchedule(text: string): boolean {
  return /^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$/.test(text);
}
