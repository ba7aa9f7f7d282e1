import type { ChefClient, ChefNode } from "../../chef";
import { removeBakeNode } from "./chef-cleanup";
import { bakeOfNode, type Leftover } from "./leftover";

/**
 * The nodes and clients of bakes on a Chef server, which reports no age. The age is known from what the same bake left in AWS, a terminated
 * instance or a finished image, otherwise from the node's first converge.
 *
 * @param traces names of bakes' nodes in AWS, with the start time of their bakes
 */
export async function bakeNodes(chef: ChefClient, traces: ReadonlyMap<string, Date | undefined>): Promise<Leftover[]> {
  const [nodes, clients] = await Promise.all([chef.listNodes(), chef.listClients()]);
  const names = [...new Set([...nodes, ...clients])].filter((name) => bakeOfNode(name) !== undefined).sort();
  const found: Leftover[] = [];
  for (const name of names) {
    const since = traces.get(name) ?? convergedAt(nodes.includes(name) ? await chef.getNode(name) : undefined);
    const remove = () => removeBakeNode(chef, name);
    found.push({ kind: "node and client", id: name, bake: bakeOfNode(name), node: name, since, remove });
  }
  return found;
}

function convergedAt(node: ChefNode | undefined): Date | undefined {
  const { ohai_time: seconds } = (node?.automatic ?? {}) as { readonly ohai_time?: unknown };
  return typeof seconds === "number" ? new Date(seconds * 1000) : undefined;
}
