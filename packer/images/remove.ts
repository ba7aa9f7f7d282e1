import { EC2Client } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
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
  const images = await imagesOfStack(patientClient(EC2Client, home), name, stack);
  for (const region of everyRegion(owned, images)) {
    const ec2 = patientClient(EC2Client, region);
    await removeUnused(ec2, region, await imagesOfStack(ec2, name, stack), write, () => "and its snapshots");
  }
}
