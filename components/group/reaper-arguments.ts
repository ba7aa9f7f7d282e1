import { REAPER_MAXIMUM_CONCURRENCY } from "../hosting/reaper-function";
import { type ReconcileArgs, reconcileMistakes } from "../hosting/reconcile-schedule";
import type { Mistake } from "../mistakes";

/** How nodes of terminated instances leave the Chef server. */
export interface ReaperArgs {
  /** `lambda` deploys the function; `worker` only the queue, for a worker process that you run. @default "lambda" */
  readonly mode?: "lambda" | "worker";
  /** Seconds one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** Seconds during which an unknown node is looked for again. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** @default false */
  readonly dryRun?: boolean;
  /** Most invocations at a time for messages of the queue. @default 5 */
  readonly maximumConcurrency?: number;
  /** Requests a second that all invocations together may send to the Chef server. @default as many as the server takes */
  readonly chefRequestsPerSecond?: number;
  /** Invocations at a time that the account keeps for the function, and that it cannot exceed. @default none kept, none refused */
  readonly reservedConcurrency?: number;
  /** Looks on a schedule for what no message told of, and removes it; `false` does not. @default every hour */
  readonly reconcile?: ReconcileArgs | false;
}

export function reaperMistakes(reaper: ReaperArgs = {}): Mistake[] {
  const { timeoutSeconds, maximumConcurrency, chefRequestsPerSecond: perSecond } = reaper;
  const wrong: Mistake[] = [];
  const outside = (value: number | undefined, least: number, most: number): boolean =>
    value !== undefined && !(Number.isInteger(value) && value >= least && value <= most);
  if (outside(timeoutSeconds, 1, 900)) {
    const wayOut = "30 is enough for a batch of ten";
    wrong.push({ property: "reaper.timeoutSeconds", value: timeoutSeconds, expected: "1 to 900 seconds", wayOut });
  }
  if (outside(maximumConcurrency, 2, 1000)) {
    const wayOut = "AWS knows no smaller or larger limit for a queue's function";
    wrong.push({ property: "reaper.maximumConcurrency", value: maximumConcurrency, expected: "2 to 1000", wayOut });
  }
  if (perSecond !== undefined && !(perSecond >= 1 && perSecond <= 100_000)) {
    const wayOut = "leave it out for as many as the Chef server takes";
    wrong.push({ property: "reaper.chefRequestsPerSecond", value: perSecond, expected: "1 to 100000", wayOut });
  }
  return [...wrong, ...reservedMistakes(reaper), ...scheduleMistakes(reaper)];
}

/** Messages that Lambda refuses to take come back and count as received, until they are dead letters that nobody looked at. */
function reservedMistakes({
  maximumConcurrency = REAPER_MAXIMUM_CONCURRENCY,
  reservedConcurrency,
  ...reaper
}: ReaperArgs): Mistake[] {
  const reconciles = reaper.reconcile !== false;
  const least = maximumConcurrency + (reconciles ? 1 : 0);
  const isEnough =
    reservedConcurrency === undefined || (Number.isInteger(reservedConcurrency) && reservedConcurrency >= least);
  if (isEnough) return [];
  const expected = `at least ${least}, 'maximumConcurrency'${reconciles ? " and one for the reconcile" : ""}`;
  const wayOut = "lower 'maximumConcurrency' too, or leave this out";
  return [{ property: "reaper.reservedConcurrency", value: reservedConcurrency, expected, wayOut }];
}

function scheduleMistakes({ mode, reconcile }: ReaperArgs): Mistake[] {
  if (!reconcile) return [];
  if (mode !== "worker") return reconcileMistakes(reconcile);
  const expected = "nothing beside mode 'worker', which deploys no function to call";
  const wayOut = "run 'chef-autoscaling reconcile' on a schedule of your own";
  return [{ property: "reaper.reconcile", value: reconcile, expected, wayOut }];
}
