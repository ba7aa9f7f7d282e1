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
 * Everything that bakes made for their own time and that is there now, whether left behind or still in use.
 * @param isLeft whether something's age says that no bake uses it any more
 * @param chef asked for nodes and clients too, where given
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
  // Also an instance that has just ended is shown with its security group for a while
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

/** What a bake makes for its own time in a region that it copies its image to. */
export async function findCopies(ec2: EC2Client): Promise<Leftover[]> {
  const images = await bakeImages(ec2);
  return [...images.unfinished, ...(await leftSnapshots(ec2, images.snapshots))];
}

function traced(leftovers: readonly Leftover[]): [string, Date | undefined][] {
  return leftovers.flatMap(({ node, since }) => (node ? [[node, since] as [string, Date | undefined]] : []));
}
