import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import type { OwnedImages } from "./owned-images";
import { inEveryRegion } from "./regions";

/**
 * Lets the images of a stack that was renamed be found under its new name, in every region.
 *
 * @param before the stack's name when the images were made
 */
export async function adoptImages(owned: OwnedImages, before: string, write: (text: string) => void): Promise<void> {
  if (before === owned.stack) return;
  for await (const { ec2, region, images } of inEveryRegion(owned, before)) {
    const Resources = images.flatMap(({ ImageId }) => ImageId ?? []);
    if (Resources.length === 0) continue;
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: TAG.stack, Value: owned.stack }] }));
    write(`bake: ${Resources.join(", ")} in ${region} belong to '${owned.stack}' now, which was '${before}'\n`);
  }
}
