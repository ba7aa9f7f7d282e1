import { forEachBounded } from "../../aws/concurrency";
import { isHopeless } from "../../chef/group";
import { nodeName } from "../../chef/names";
import type { GroupFacts } from "../instances/group-facts";
import type { ReconcileOptions, ReconcileServices } from "./options";
import { type Outcome, removePair } from "./remove-pair";
import type { ReconcileReport } from "./report";
import { unlessEnded } from "./unless-ended";

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
export type RemovalResult = Pick<ReconcileReport, "removed" | "failed" | "foreign" | "stopped">;

const UNDER_WAY =
  "the run ended while this was under way: its client may be gone and its node not; the next run finds what is left";

/**
 * Removes what is left over, and tries each once. Never throws: what failed is in the result. Once the signal has come, no pair is
 * begun; one whose deletion has begun is finished, or after `settleMs` left where it is.
 */
export async function removeLeftOvers(
  ids: readonly string[],
  options: ReconcileOptions,
  services: ReconcileServices,
  facts: GroupFacts,
): Promise<RemovalResult> {
  const { concurrency = 8, signal, settleMs } = options;
  const result: Writable<RemovalResult> = { removed: [], failed: [], foreign: [] };
  const untried = new Set(ids);
  const underWay = new Set<string>();
  const over = new AbortController();
  let hopeless = false;
  const all = forEachBounded(ids, concurrency, async (id) => {
    if (hopeless || signal?.aborted) return;
    untried.delete(id);
    underWay.add(id);
    const outcome = await removePair(id, options, services, facts, over.signal);
    // What comes after the report was made is the next run's to find.
    if (over.signal.aborted) return;
    underWay.delete(id);
    hopeless ||= outcome.as === "failed" && isHopeless(outcome.error);
    if (outcome.as === "untried") untried.add(id);
    else note(outcome, result);
    services.onProgress?.({ step: "remove", done: ids.length - untried.size - underWay.size, total: ids.length });
  });
  const instead = () => over.abort();
  await unlessEnded(all, settleMs === undefined ? undefined : signal, { afterMs: settleMs, instead });
  for (const id of underWay) result.failed.push({ name: nodeName(options.group, id), why: UNDER_WAY });
  return { ...result, stopped: endedEarly(untried.size, hopeless) };
}

function note(outcome: Exclude<Outcome, { as: "untried" }>, result: Writable<RemovalResult>): void {
  if (outcome.as === "removed") result.removed.push(outcome.what);
  else result[outcome.as].push(outcome.what);
}

function endedEarly(left: number, hopeless: boolean): string | undefined {
  if (left === 0) {
    return undefined;
  }
  return `${left} names were not tried any more, because ${hopeless ? "the Chef server fails in a way that the next would meet too" : "the run was ended"}`;
}
