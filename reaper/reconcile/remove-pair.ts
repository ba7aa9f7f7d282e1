import { messageOf } from "../../aws/failure";
import { nodeName } from "../../chef/names";
import { removeNodeAndClient } from "../../chef/removal";
import type { GroupFacts } from "../instances/group-facts";
import { removeFromTargets, type TargetRemoval } from "../removal/target";
import type { ReconcileServices } from "./options";
import type { Finding, RemovedName } from "./report";

/** The result for one name. */
export type Outcome =
  | { readonly as: "removed"; readonly what: RemovedName }
  | { readonly as: "foreign"; readonly what: Finding }
  | { readonly as: "failed"; readonly what: Finding; readonly error: unknown };

/**
 * Removes one instance's node and client. Never throws. Targets are called first, because the next run finds the instance again by its node
 * and client.
 */
export async function removePair(
  instanceId: string,
  group: string,
  { chef, targets = [] }: ReconcileServices,
  { region, accountId }: GroupFacts,
): Promise<Outcome> {
  const name = nodeName(group, instanceId);
  let elsewhere: readonly TargetRemoval[] = [];
  const askTargets = async (): Promise<void> => {
    elsewhere = await removeFromTargets(targets, { instanceId, nodeName: name, group });
  };
  try {
    const pair = { name, instanceId, region, accountId };
    const { node, client, foreign } = await removeNodeAndClient(chef, pair, askTargets);
    if (node === "foreign" || client === "foreign") {
      return { as: "foreign", what: { name, why: foreign?.reason ?? "another instance uses it" } };
    }
    return { as: "removed", what: { name, node, client, elsewhere } };
  } catch (error) {
    return { as: "failed", what: { name, why: messageOf(error) }, error };
  }
}
