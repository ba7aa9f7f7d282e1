/** Limits and default of a whole-number setting, for the deployment of a reaper and for the reaper itself. */
export interface Bounds {
  readonly otherwise: number;
  readonly least: number;
  readonly most: number;
}

/** Seconds for which a missing node is looked for again. */
export const ABSENCE_GRACE_SECONDS: Bounds = { otherwise: 600, least: 0, most: 86_400 };
/** Messages that a worker processes at a time. */
export const CONCURRENCY: Bounds = { otherwise: 10, least: 1, most: 1000 };
/** Minutes between two reconciles of a worker, up to a week; 0 for none. */
export const RECONCILE_MINUTES: Bounds = { otherwise: 0, least: 0, most: 7 * 24 * 60 };
/** Requests per second to the Chef server; a process's share of a common limit may be a fraction. */
export const MOST_REQUESTS_PER_SECOND = 100_000;

export function isWithin(value: number, { least, most }: Pick<Bounds, "least" | "most">): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
