import type { ChefClient, ChefNode, Deletion } from "./client";
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
}

/** What became of a node and its client; "foreign" means refused, because another instance uses them. */
export interface Removal {
  readonly node: Deletion | "foreign";
  readonly client: Deletion | "foreign";
  /** The instance that uses them, where it is another one. */
  readonly foreignInstanceId?: string;
  /** The region it runs in, where it is another one: groups of two regions may have the same name. */
  readonly foreignRegion?: string;
}

/**
 * Deletes a node and its client, each whether or not the other is there; what is absent already counts as done.
 * A node that carries another instance's id is left alone with its client: an image with a stale client.pem makes new instances use old names.
 * The client goes first, so that nothing can save the node again between the two.
 * @throws a ChefError when the server did not confirm; the other one has been tried nevertheless
 */
export async function removeNodeAndClient(chef: Removing, target: RemovalTarget): Promise<Removal> {
  const foreign = foreignRemoval(await chef.getNode(target.name), target);
  if (foreign) return foreign;
  const client = await settled(chef.deleteClient(target.name));
  const node = await settled(chef.deleteNode(target.name));
  if (client.failed || node.failed) {
    throw client.failed ? client.error : node.failed ? node.error : undefined;
  }
  return { node: node.value, client: client.value };
}

/** The refusal to remove a node that another instance uses; undefined where nothing speaks against it. */
export function foreignRemoval(node: ChefNode | undefined, { instanceId, region }: RemovalTarget): Removal | undefined {
  if (node === undefined) return undefined;
  const foreignInstanceId = instanceIdOfNode(node);
  if (foreignInstanceId !== undefined && foreignInstanceId !== instanceId) {
    return { node: "foreign", client: "foreign", foreignInstanceId };
  }
  const foreignRegion = regionOfNode(node);
  if (foreignRegion === undefined || region === undefined || foreignRegion === region) return undefined;
  return { node: "foreign", client: "foreign", foreignRegion };
}

/** The EC2 instance id that Ohai wrote into a node; undefined before its first converged run. */
export function instanceIdOfNode(node: ChefNode): string | undefined {
  return ec2Text(node, "instance_id");
}

type Settled<T> = { readonly failed: false; readonly value: T } | { readonly failed: true; readonly error: unknown };

function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ failed: false, value }),
    (error: unknown) => ({ failed: true, error }),
  );
}
