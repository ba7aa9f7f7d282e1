import type { ChefClient, ChefNode, Deletion } from "../../chef/client";
import { searchNodesOfInstance } from "../../chef/instance-search";
import { isInstanceId, quote } from "../../chef/names";
import { convergedAt } from "../../chef/node-place";
import { instanceIdOfNode, isAnyDeleted, type RemovalTarget, usedElsewhere } from "../../chef/removal";

/** The functions of the Chef client that the removal needs. */
export type SearchingClient = Pick<ChefClient, "search" | "getNode" | "getClient" | "deleteNode" | "deleteClient">;

/** A node with another name than the instance's, and its client. */
export interface OtherRemoval {
  readonly name: string;
  readonly node: Deletion;
  readonly client: Deletion;
}

/** The result of the search for an instance's nodes with other names. */
export type OtherNames =
  | { readonly found: "none" }
  /** Confirmed by the server. */
  | { readonly found: "removed"; readonly removals: readonly OtherRemoval[] }
  /** Kept for now: something alive may converge under this name. */
  | { readonly found: "recent"; readonly reason: string; readonly waitSeconds: number }
  /** Kept for good. */
  | { readonly found: "refused"; readonly reason: string };

export interface OtherNamesOptions {
  /** Milliseconds since 1970, by AWS's clock. */
  readonly now: number;
  /** The reaper's own client. */
  readonly operator: string;
}

/**
 * Something alive saves its node at least this often, with the start time of the run: every half hour with a splay of minutes, as Chef's
 * client does by default, or every hour; including the duration of two runs, and a clock difference that the server accepts, 15 minutes.
 */
export const CONVERGES_WITHIN_SECONDS = 2 * 3600;

/**
 * Removes the nodes with other names that carry the id of a terminated instance, with their clients.
 *
 * Such a name may be shared: if an image or a bootstrap script gives several instances the same one, the node carries the id of the
 * instance that converged last, and without its client the running ones lose access. So nothing is removed unless the node itself carries
 * this instance's id and has not converged for two hours, in which a running instance would have updated it. If one name is refused, no
 * other is removed either, since somebody has to check.
 *
 * @throws if the server does not confirm; if a client is not confirmed to be gone, its node is kept
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

/** Undefined if a node that carries the instance's id may be removed. Pure. */
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

/**
 * Anybody who may create nodes can name one after a client that belongs to no instance; without a validator, no instance registers. Some
 * servers, such as goiardi, have administrators among clients.
 */
async function refusalOfClient(chef: SearchingClient, name: string): Promise<OtherNames | undefined> {
  const client = await chef.getClient(name);
  if (client?.validator === true) return refused(name, "its client is a validator");
  return client?.admin === true ? refused(name, "its client is an administrator") : undefined;
}

async function removeEach(chef: SearchingClient, names: readonly string[]): Promise<OtherNames> {
  const removals: OtherRemoval[] = [];
  for (const name of names) {
    // Unlike with the instance's name, by which either is found without the other, only the node leads
    // to this client.
    const client = await chef.deleteClient(name);
    removals.push({ name, client, node: await chef.deleteNode(name) });
  }
  const done = removals.filter(isAnyDeleted);
  return done.length > 0 ? { found: "removed", removals: done } : { found: "none" };
}
