import type { ChefClient, ChefNode, Deletion } from "./client";
import { quote } from "./names";
import { convergedAt, ec2Text, regionOfNode } from "./node-place";

/** The functions of the Chef client that a removal needs. */
export type Removing = Pick<ChefClient, "getNode" | "deleteNode" | "deleteClient">;

/** A node and its client, and the instance to which they belong. */
export interface RemovalTarget {
  /** Name of node and client. */
  readonly name: string;
  /** Id of the EC2 instance. */
  readonly instanceId: string;
  /** Region of the instance; a node that reports another region is not removed. @default any */
  readonly region?: string;
  /** Account of the instance; a node that reports another account is not removed. @default any */
  readonly accountId?: string;
  /** Milliseconds since 1970; a node that converged later is not removed. @default any time */
  readonly convergedBefore?: number;
}

/** Result for a node and its client; "foreign" means that they were kept, because another instance uses them. */
export interface Removal {
  readonly node: Deletion | "foreign";
  readonly client: Deletion | "foreign";
  /** Why they were kept. */
  readonly foreign?: OtherUse;
}

/** Whether the removal deleted anything. If not, nothing was there, or it was kept. */
export function isAnyDeleted({ node, client }: Partial<Removal>): boolean {
  return node === "deleted" || client === "deleted";
}

/** The result as logs, reasons and commands show it. */
export function removalInWords({ node, client }: Partial<Removal>): string {
  return `node ${node}, client ${client}`;
}

/** Why a node does not belong to the instance with its name: as a code, and as text. */
export type OtherUse =
  | { readonly cause: "other-instance" | "other-place"; readonly reason: string }
  /** It converged too recently; `waitSeconds` after `convergedBefore`. */
  | { readonly cause: "recent"; readonly reason: string; readonly waitSeconds: number };

/**
 * Deletes a node and its client, each whether or not the other exists; an absent one counts as deleted. A node that carries another
 * instance's id is kept with its client: if an image contains a stale client.pem, new instances use old names. The client is deleted first,
 * so that nothing can save the node again in between. If only the node existed, the pair may have been registering meanwhile, so the client
 * is deleted once more. If only the client could be deleted, the node still shows to whom it belonged.
 *
 * @param before called once the removal is permitted; if it throws, nothing is deleted
 * @throws a ChefError if the server did not confirm; the other one has been tried nevertheless
 */
export async function removeNodeAndClient(
  chef: Removing,
  target: RemovalTarget,
  before?: () => Promise<void>,
): Promise<Removal> {
  const foreign = usedElsewhere(await chef.getNode(target.name), target);
  if (foreign !== undefined) return { node: "foreign", client: "foreign", foreign };
  await before?.();
  const [first] = await Promise.allSettled([chef.deleteClient(target.name)]);
  const [node] = await Promise.allSettled([chef.deleteNode(target.name)]);
  if (first.status === "rejected") throw first.reason;
  if (node.status === "rejected") throw node.reason;
  const isLate = first.value === "absent" && node.value === "deleted";
  return { node: node.value, client: isLate ? await chef.deleteClient(target.name) : first.value };
}

/** Who else uses the node: another instance, or a group of the same name in another region or account. Undefined if it may be removed. */
export function usedElsewhere(node: ChefNode | undefined, target: Omit<RemovalTarget, "name">): OtherUse | undefined {
  const said = node && {
    instance: instanceIdOfNode(node),
    region: regionOfNode(node),
    account: ec2Text(node, "account_id"),
  };
  if (differs(said?.instance, target.instanceId)) {
    return { cause: "other-instance", reason: `the node carries the id of another instance, ${quote(said.instance)}` };
  }
  if (differs(said?.region, target.region)) {
    return { cause: "other-place", reason: `the node ran in another region, ${quote(said.region)}` };
  }
  if (differs(said?.account, target.accountId)) {
    return { cause: "other-place", reason: `the node ran in another account, ${quote(said.account)}` };
  }
  const converged = node && convergedAt(node);
  if (converged !== undefined && target.convergedBefore !== undefined && converged > target.convergedBefore) {
    const waitSeconds = (converged - target.convergedBefore) / 1000;
    return { cause: "recent", reason: "something converged recently under its node name", waitSeconds };
  }
  return undefined;
}

function differs(said: string | undefined, known: string | undefined): said is string {
  return said !== undefined && known !== undefined && said !== known;
}

/** The EC2 instance id that Ohai wrote into a node; undefined before its first converged run. */
export function instanceIdOfNode(node: ChefNode): string | undefined {
  return ec2Text(node, "instance_id");
}
