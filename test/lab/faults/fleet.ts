import {
  DescribeImagesCommand,
  type EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { ChefClient } from "../../../chef/client";
import { nodeName } from "../../../chef/names";
import { forEachBounded } from "../../../common/concurrency";
import { instanceId, register } from "../../helpers/chef-objects";

export interface FleetSize {
  /** Instances that EC2 no longer knows. @default 0 */
  readonly dead?: number;
  /** Instances that EC2 still describes as terminated. @default 0 */
  readonly terminated?: number;
  /** Running instances. @default 2 */
  readonly living?: number;
}

/** The instances of one group, each with its node and client on the Chef server, and nodes of other groups. */
export interface Fleet {
  readonly group: string;
  /** Instances whose nodes and clients must be removed. */
  readonly dead: readonly string[];
  readonly living: readonly string[];
  /** What is on the Chef server but should not be, and what should be there but is not. */
  count(): Promise<Losses>;
}

/** Names, by what is wrong. */
export interface Losses {
  readonly nodesLeft: readonly string[];
  readonly clientsLeft: readonly string[];
  readonly nodesLost: readonly string[];
  readonly clientsLost: readonly string[];
}

export const NOTHING_LOST_OR_LEFT: Losses = { nodesLeft: [], clientsLeft: [], nodesLost: [], clientsLost: [] };

interface FleetPlaces {
  readonly chef: ChefClient;
  readonly ec2: EC2Client;
  readonly publicKey: string;
}

let groups = 0;
let deaths = 0;

/** Every second node has converged and therefore reports its instance id; the others have not. */
export async function createFleet({ chef, ec2, publicKey }: FleetPlaces, size: FleetSize): Promise<Fleet> {
  const group = `fleet${++groups}`;
  const living = await launch(ec2, size.living ?? 2);
  const terminated = await launch(ec2, size.terminated ?? 0);
  if (terminated.length > 0) {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: terminated }));
  }
  const dead = [...terminated, ...Array.from({ length: size.dead ?? 0 }, () => instanceId(++deaths))];
  // Nodes of groups whose names begin with the group's name, with the id of one of its dead instances.
  const bystanders = [`${group}-2`, `${group}-i`, `${group}.`].map((other) => nodeName(other, dead[0] ?? "i-00000000"));
  const keep = [...living.map((id) => nodeName(group, id)), ...bystanders];
  const gone = dead.map((id) => nodeName(group, id));
  await forEachBounded([...keep, ...gone], 8, async (name) => {
    const converged = name.charCodeAt(name.length - 1) % 2 === 0;
    await register(chef, name, publicKey, converged ? name.slice(name.lastIndexOf("i-")) : undefined);
  });
  return { group, dead, living, count: () => countLosses(chef, keep, gone) };
}

async function countLosses(chef: ChefClient, keep: readonly string[], gone: readonly string[]): Promise<Losses> {
  const [nodes, clients] = (await Promise.all([chef.listNodes(), chef.listClients()])).map((names) => new Set(names));
  return {
    nodesLeft: gone.filter((name) => nodes?.has(name)),
    clientsLeft: gone.filter((name) => clients?.has(name)),
    nodesLost: keep.filter((name) => !nodes?.has(name)),
    clientsLost: keep.filter((name) => !clients?.has(name)),
  };
}

async function launch(ec2: EC2Client, count: number): Promise<string[]> {
  if (count === 0) {
    return [];
  }
  const image = (await ec2.send(new DescribeImagesCommand({}))).Images?.[0]?.ImageId;
  const started = await ec2.send(
    new RunInstancesCommand({ ImageId: image, MinCount: count, MaxCount: count, InstanceType: "t3.micro" }),
  );
  return (started.Instances ?? []).map((instance) => instance.InstanceId ?? "");
}
