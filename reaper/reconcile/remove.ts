import { isHopeless } from "../../chef/group";
import { forEachBounded } from "../../common/concurrency";
import type { GroupFacts } from "../instances/group-facts";
import type { ReconcileOptions, ReconcileServices } from "./options";
import { type Outcome, removePair } from "./remove-pair";
import type { ReconcileReport } from "./report";

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
export type RemovalResult = Pick<ReconcileReport, "removed" | "failed" | "foreign" | "stopped">;

/**
 * Removes what is left over, and tries each once. Never throws: failures are in the result. After the signal, removals in progress are
 * finished and no others are started.
 */
export async function removeLeftOvers(
  ids: readonly string[],
  { group, concurrency = 8, signal }: ReconcileOptions,
  services: ReconcileServices,
  facts: GroupFacts,
): Promise<RemovalResult> {
  const result: Writable<RemovalResult> = { removed: [], failed: [], foreign: [] };
  let done = 0;
  let hopeless = false;
  await forEachBounded(ids, concurrency, async (id) => {
    if (hopeless || signal?.aborted) return;
    const outcome = await removePair(id, group, services, facts);
    done++;
    note(outcome, result);
    hopeless ||= outcome.as === "failed" && isHopeless(outcome.error);
    services.onProgress?.({ step: "remove", done, total: ids.length });
  });
  return { ...result, stopped: endedEarly(ids.length - done, hopeless) };
}

function note(outcome: Outcome, result: Writable<RemovalResult>): void {
  if (outcome.as === "removed") result.removed.push(outcome.what);
  else result[outcome.as].push(outcome.what);
}

function endedEarly(left: number, hopeless: boolean): string | undefined {
  if (left === 0) {
    return undefined;
  }
  return `${left} names were not processed, because ${hopeless ? "the Chef server fails in a way that would affect them too" : "the run was ended"}`;
}
