import type { ChefClient, ChefNode, Deletion } from "../../chef/client";
import { searchNodesOfInstance } from "../../chef/instance-search";
import { isInstanceId, quote } from "../../chef/names";
import { instanceIdOfNode, type RemovalTarget, usedElsewhere } from "../../chef/removal";
import { convergedAt } from "../instances/evidence";

/** What of a Chef server's client the removal needs. */
export type SearchingClient = Pick<ChefClient, "search" | "getNode" | "getClient" | "deleteNode" | "deleteClient">;

/** A node that another name than the instance's was given to, and its client. */
export interface OtherRemoval {
  readonly name: string;
  readonly node: Deletion;
  readonly client: Deletion;
}

/** What the search for an instance's nodes of other names came to. */
export type OtherNames =
  | { readonly found: "none" }
  /** Confirmed by the server. */
  | { readonly found: "removed"; readonly removals: readonly OtherRemoval[] }
  /** Left alone for now: something alive may converge as it. */
  | { readonly found: "recent"; readonly reason: string; readonly waitSeconds: number }
  /** Left alone for good. */
  | { readonly found: "refused"; readonly reason: string };

export interface OtherNamesOptions {
  /** Milliseconds since 1970, by AWS's clock. */
  readonly now: number;
  /** The client that the reaper itself is. */
  readonly operator: string;
}

/**
 * What is alive saves its node at least this often, with the time at which the run began: every half hour and a splay of minutes as
 * Chef's client does by itself, or every hour; the length of two runs, and a clock that the server lets pass, 15 minutes off.
 */
export const CONVERGES_WITHIN_SECONDS = 2 * 3600;

/**
 * Removes the nodes that carry the id of an instance that is gone under names of their own, with their clients.
 *
 * Such a name need not be one instance's: where an image or a bootstrap script gives several the same, the node carries the id of
 * whichever converged last, and without its client the living ones are cut off. So nothing is removed unless the node itself says
 * that it is this instance's, and nothing has converged as it for two hours, in which a living instance would have made it its own.
 * What one name is refused for, no other is removed either: somebody has to look.
 * @throws when the server does not confirm; where a client is not confirmed to be gone, its node stays
 */
export async function removeOtherNames(
  chef: SearchingClient,
  target: RemovalTarget,
  options: OtherNamesOptions,
): Promise<OtherNames> {
  const own: string[] = [];
  let recent: OtherNames | undefined;
  for (const name of await searchNodesOfInstance(chef, target.instanceId)) {
    const node = name === target.name ? undefined : await chef.getNode(name);
    if (node === undefined || instanceIdOfNode(node) !== target.instanceId) continue;
    const verdict = judgeOtherName(node, target, options) ?? (await refusalOfClient(chef, name));
    if (verdict?.found === "refused") return verdict;
    recent ??= verdict;
    own.push(name);
  }
  return recent ?? removeEach(chef, own);
}

/** Undefined where nothing speaks against the removal of a node that carries the instance's id. Pure. */
export function judgeOtherName(
  node: ChefNode,
  target: RemovalTarget,
  { now, operator }: OtherNamesOptions,
): OtherNames | undefined {
  const { name } = node;
  const elsewhere = usedElsewhere(node, target);
  if (elsewhere !== undefined) return refused(name, elsewhere.reason);
  if (name === operator) return refused(name, "its client is the reaper's own");
  const named = /\bi-[0-9a-f]+\b/.exec(name)?.[0];
  if (isInstanceId(named) && named !== target.instanceId) return refused(name, "is named after another instance");
  const converged = convergedAt(node);
  if (converged === undefined) return refused(name, "does not report when it last converged (ohai_time)");
  const waitSeconds = CONVERGES_WITHIN_SECONDS - (now - converged) / 1000;
  return waitSeconds > 0 ? { found: "recent", reason: recentReason(name, now - converged), waitSeconds } : undefined;
}

function refused(name: string, why: string): OtherNames {
  return { found: "refused", reason: `the node ${quote(name)} carries the instance's id, but ${why}` };
}

function recentReason(name: string, milliseconds: number): string {
  const ago = `${Math.round(milliseconds / 60_000)} minutes ago`;
  const until = `it is removed once it has not converged for ${CONVERGES_WITHIN_SECONDS / 3600} hours`;
  return `the node ${quote(name)} carries the instance's id, but converged ${ago}: ${until}`;
}

/** Who may create nodes can give one the name of a client that is no instance's; without a validator no instance registers. */
async function refusalOfClient(chef: SearchingClient, name: string): Promise<OtherNames | undefined> {
  const client = await chef.getClient(name);
  return client?.validator === true ? refused(name, "its client is a validator") : undefined;
}

async function removeEach(chef: SearchingClient, names: readonly string[]): Promise<OtherNames> {
  const removals: OtherRemoval[] = [];
  for (const name of names) {
    // Not as by the instance's name, where either is found without the other: only the node leads to this client.
    const client = await chef.deleteClient(name);
    removals.push({ name, client, node: await chef.deleteNode(name) });
  }
  const done = removals.filter(({ node, client }) => node === "deleted" || client === "deleted");
  return done.length > 0 ? { found: "removed", removals: done } : { found: "none" };
}
