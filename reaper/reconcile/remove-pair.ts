import { messageOf } from "../../aws/failure";
import { nodeName } from "../../chef/names";
import { removeNodeAndClient } from "../../chef/removal";
import type { GroupFacts } from "../instances/group-facts";
import { removeFromTargets, type TargetRemoval } from "../removal/target";
import type { ReconcileOptions, ReconcileServices } from "./options";
import type { Finding, RemovedName } from "./report";

/** What became of one name; `untried` where the run ended before anything of it was deleted. */
export type Outcome =
  | { readonly as: "removed"; readonly what: RemovedName }
  | { readonly as: "foreign"; readonly what: Finding }
  | { readonly as: "failed"; readonly what: Finding; readonly error: unknown }
  | { readonly as: "untried" };

/**
 * Removes one instance's node and client. Never throws. Targets are asked before these go, because it is by them that the next run
 * finds the instance again.
 * @param over once it is aborted nothing more is begun, not even the second deletion of the two
 */
export async function removePair(
  instanceId: string,
  { group, signal }: ReconcileOptions,
  { chef, targets = [] }: ReconcileServices,
  { region, accountId }: GroupFacts,
  over: AbortSignal,
): Promise<Outcome> {
  const name = nodeName(group, instanceId);
  let elsewhere: readonly TargetRemoval[] = [];
  let begun = false;
  const before = async (): Promise<void> => {
    signal?.throwIfAborted();
    elsewhere = await removeFromTargets(targets, { instanceId, nodeName: name, group });
    signal?.throwIfAborted();
    begun = true;
  };
  try {
    const pair = { name, instanceId, region, accountId };
    const { node, client, foreign } = await removeNodeAndClient(chef, pair, { before, signal: over });
    if (node === "foreign" || client === "foreign") {
      return { as: "foreign", what: { name, why: foreign?.reason ?? "another instance uses it" } };
    }
    return { as: "removed", what: { name, node, client, elsewhere } };
  } catch (error) {
    if (signal?.aborted && !begun) return { as: "untried" };
    return { as: "failed", what: { name, why: messageOf(error) }, error };
  }
}
