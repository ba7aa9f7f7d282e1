import type { OwnedImages } from "./owned-images";
import { inEveryRegion } from "./regions";
import { removeUnused } from "./retention";

/**
 * Removes the images that a stack baked, with their copies and snapshots. An image that another stack baked and this one used
 * again is that stack's, and stays; so does one that something still uses.
 */
export async function removeImages(owned: OwnedImages, write: (text: string) => void): Promise<void> {
  for await (const { ec2, region, images } of inEveryRegion(owned, owned.stack)) {
    await removeUnused(ec2, region, images, write, () => "and its snapshots");
  }
}
