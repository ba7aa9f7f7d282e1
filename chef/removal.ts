import type { ChefClient, ChefNode, Deletion } from "./client";
import { quote } from "./names";
import { ec2Text, regionOfNode } from "./node-place";

/** What of a Chef server's client a removal needs. */
export type Removing = Pick<ChefClient, "getNode" | "deleteNode" | "deleteClient">;

/** A node and its client, and the instance they belong to. */
export interface RemovalTarget {
  /** Name of both. */
  readonly name: string;
  /** EC2 instance that carries them. */
  readonly instanceId: string;
  /** Region the instance ran in; a node that says it ran in another is not removed. @default any */
  readonly region?: string;
  /** Account the instance ran in; a node that says it ran in another is not removed. @default any */
  readonly accountId?: string;
}

/** What became of a node and its client; "foreign" means refused, because another instance uses them. */
export interface Removal {
  readonly node: Deletion | "foreign";
  readonly client: Deletion | "foreign";
  /** Who uses them. */
  readonly foreign?: OtherUse;
}

/** That a node is not the instance's of which it has the name: as a code, and in words. */
export interface OtherUse {
  readonly cause: "other-instance" | "other-place";
  readonly reason: string;
}

/**
 * Deletes a node and its client, each whether or not the other is there; what is absent already counts as done.
 * A node that carries another instance's id is left alone with its client: an image with a stale client.pem makes new instances use old names.
 * The client goes first, so that nothing can save the node again between the two. Where it was not there and the node was, the pair
 * may have been registering meanwhile, and the client is asked for once more.
 * Where only the client could be deleted, the node says to whoever comes next whose it was.
 * @param before called once nothing speaks against the removal; where it throws, nothing is deleted
 * @throws a ChefError when the server did not confirm; the other one has been tried nevertheless
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

/**
 * Whose the node is, where it is another instance's, or ran in another region or account, whose groups may have the same name.
 * Undefined where nothing speaks against its removal.
 */
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
  return undefined;
}

function differs(said: string | undefined, known: string | undefined): said is string {
  return said !== undefined && known !== undefined && said !== known;
}

/** The EC2 instance id that Ohai wrote into a node; undefined before its first converged run. */
export function instanceIdOfNode(node: ChefNode): string | undefined {
  return ec2Text(node, "instance_id");
}
