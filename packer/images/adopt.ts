import { CreateTagsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import { imagesOfStack } from "./image";
import type { OwnedImages } from "./owned-images";
import { everyRegion } from "./regions";

/**
 * Changes the tags of a renamed stack's images to its new name, in every region.
 *
 * @param before the stack's name when the images were created
 */
export async function adoptImages(owned: OwnedImages, before: string, write: (text: string) => void): Promise<void> {
  if (before === owned.stack) return;
  const home = await imagesOfStack(patientClient(EC2Client, owned.region), owned.name, before);
  for (const region of everyRegion(owned, home)) {
    const ec2 = patientClient(EC2Client, region);
    const images = await imagesOfStack(ec2, owned.name, before);
    const Resources = images.flatMap(({ ImageId }) => ImageId ?? []);
    if (Resources.length === 0) continue;
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: TAG.stack, Value: owned.stack }] }));
    write(`bake: ${Resources.join(", ")} in ${region} belong to '${owned.stack}' now, which was '${before}' before\n`);
  }
}
