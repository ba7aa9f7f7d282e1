import { forEachBounded } from "../chef/concurrency";
import { isHopeless } from "../chef/group";
import { nodeName } from "../chef/names";
import { removeNodeAndClient } from "../chef/removal";
import { removeFromTargets, type TargetRemoval } from "../reaper/target";
import type { GroupFacts } from "./group-facts";
import type { ReconcileOptions, ReconcileServices } from "./options";
import type { ReconcileReport } from "./report";

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
export type RemovalResult = Pick<ReconcileReport, "removed" | "failed" | "foreign" | "stopped">;

/**
 * Removes what is left over, and tries each once. Never throws: what failed is in the result. Targets are asked before node and client
 * go, because it is by these that the next run finds the instance again.
 */
export async function removeLeftOvers(
  ids: readonly string[],
  { group, concurrency = 8, signal }: ReconcileOptions,
  { chef, onProgress, targets = [] }: ReconcileServices,
  { region, accountId }: GroupFacts,
): Promise<RemovalResult> {
  const result: Writable<RemovalResult> = { removed: [], failed: [], foreign: [] };
  let hopeless = false;
  let done = 0;
  await forEachBounded(ids, concurrency, async (instanceId) => {
    if (hopeless || signal?.aborted) {
      return;
    }
    const name = nodeName(group, instanceId);
    let elsewhere: readonly TargetRemoval[] = [];
    const removeElsewhere = async (): Promise<void> => {
      elsewhere = await removeFromTargets(targets, { instanceId, nodeName: name, group });
    };
    await removeNodeAndClient(chef, { name, instanceId, region, accountId }, removeElsewhere).then(
      ({ node, client, foreignReason }) => {
        if (node === "foreign" || client === "foreign") {
          result.foreign.push({ name, why: foreignReason ?? "another instance uses it" });
        } else {
          result.removed.push({ name, node, client, elsewhere });
        }
      },
      (error: unknown) => {
        hopeless ||= isHopeless(error);
        result.failed.push({ name, why: error instanceof Error ? error.message : String(error) });
      },
    );
    done++;
    onProgress?.({ step: "remove", done, total: ids.length });
  });
  return { ...result, stopped: endedEarly(ids.length - done, hopeless) };
}

function endedEarly(left: number, hopeless: boolean): string | undefined {
  if (left === 0) {
    return undefined;
  }
  return `${left} names were not tried any more, because ${hopeless ? "the Chef server fails in a way that the next would meet too" : "the run was ended"}`;
}
