import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ChefClient } from "../../chef";
import { bakeFolders } from "./folders";
import { bakeImages } from "./images";
import { bakeInstances } from "./instances";
import { bakeKeyPairs } from "./key-pairs";
import { leftLaunchTemplates } from "./launch-templates";
import type { Leftover } from "./leftover";
import { bakeNodes } from "./nodes";
import { leftSecurityGroups } from "./security-groups";
import { leftSnapshots } from "./snapshots";
import { leftVolumes } from "./volumes";

/**
 * All temporary resources of bakes that exist now, whether left behind or still in use.
 *
 * @param isLeft whether something is too old to be in use by a bake
 * @param chef also searched for nodes and clients, if given
 */
export async function findTemporary(
  ec2: EC2Client,
  isLeft: (found: Leftover) => boolean,
  chef?: ChefClient,
): Promise<Leftover[]> {
  const instances = await bakeInstances(ec2);
  const [volumes, keyPairs, templates, images] = await Promise.all([
    leftVolumes(ec2),
    bakeKeyPairs(ec2),
    leftLaunchTemplates(ec2),
    bakeImages(ec2, instances),
  ]);
  const living = instances.filter((instance) => instance.living);
  // An instance that has just been terminated also keeps its security group for a while
  const ending = new Set(instances.filter(isLeft).map(({ id }) => id));
  const [groups, snapshots] = await Promise.all([
    leftSecurityGroups(ec2, ending),
    leftSnapshots(ec2, images.snapshots),
  ]);
  const traces = new Map([
    ...images.nodes,
    ...traced([...keyPairs, ...templates, ...volumes, ...groups, ...instances]),
  ]);
  const nodes = chef ? await bakeNodes(chef, traces) : [];
  return [
    ...living,
    ...volumes,
    ...keyPairs,
    ...templates,
    ...groups,
    ...images.unfinished,
    ...snapshots,
    ...nodes,
    ...bakeFolders(),
  ];
}

/** Temporary resources of bakes in a region to which they copy images. */
export async function findCopies(ec2: EC2Client): Promise<Leftover[]> {
  const images = await bakeImages(ec2);
  return [...images.unfinished, ...(await leftSnapshots(ec2, images.snapshots))];
}

function traced(leftovers: readonly Leftover[]): [string, Date | undefined][] {
  return leftovers.flatMap(({ node, since }) => (node ? [[node, since] as [string, Date | undefined]] : []));
}
