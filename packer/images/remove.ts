import { EC2Client } from "@aws-sdk/client-ec2";
import { withCallNames } from "../../aws/client";
import { THROUGH_PROXY } from "../../aws/timeouts";
import { imagesOfStack } from "./image";
import type { OwnedImages } from "./owned-images";
import { everyRegion } from "./regions";
import { removeUnused } from "./retention";

/**
 * Removes the images that a stack baked, with their copies and snapshots. An image that another stack baked and this one reused is kept,
 * and so is one that is still in use.
 */
export async function removeImages(owned: OwnedImages, write: (text: string) => void): Promise<void> {
  const { name, region: home, stack } = owned;
  const images = await imagesOfStack(withCallNames(new EC2Client({ ...THROUGH_PROXY, region: home })), name, stack);
  for (const region of everyRegion(owned, images)) {
    const ec2 = withCallNames(new EC2Client({ ...THROUGH_PROXY, region }));
    await removeUnused(ec2, region, await imagesOfStack(ec2, name, stack), write, () => "and its snapshots");
  }
}
