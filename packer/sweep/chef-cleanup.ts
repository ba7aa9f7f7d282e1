import { type ChefClient, createChefClient } from "../../chef";
import { resolveKey } from "../../chef/keys";
import type { BakeSpec } from "../spec/spec";

/**
 * The Chef server with the operator's client, verified by one request, so that a wrong key or address is reported before anything is
 * created. The caller closes it.
 */
export async function connectOperator(spec: BakeSpec): Promise<ChefClient> {
  const { serverUrl, caPem, operator } = spec.chef;
  const key = await resolveKey(operator.key, { region: spec.region });
  const chef = createChefClient({ serverUrl, caPem, clientName: operator.name, key });
  await chef.getNode(`bake-${spec.name}`).catch((error: unknown) => {
    chef.close();
    throw error;
  });
  return chef;
}

/**
 * Removes the bake's node and its client, which are not needed after the bake. Either may be absent.
 *
 * @throws if the server did not confirm; the other one has been tried nevertheless
 */
export async function removeBakeNode(chef: ChefClient, nodeName: string): Promise<void> {
  const deletions = await Promise.allSettled([chef.deleteClient(nodeName), chef.deleteNode(nodeName)]);
  const failed = deletions.find((deletion) => deletion.status === "rejected");
  if (failed) {
    throw new Error(
      `the bake's node and client '${nodeName}' may still be on the Chef server: ${(failed.reason as Error).message}; ` +
        "delete both there",
    );
  }
}
