import { CreateTagsCommand, DeleteTagsCommand, EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import { imageIn, snapshotsOf } from "./image";
import { isOwnTag, tagOf } from "./tags";

/**
 * Gives an image that was there already the tags that are asked for today, with its snapshots, in each region. One that another
 * stack baked is that stack's to tag.
 *
 * @param dropped tags that this stack asked for before
 */
export async function retag(
  spec: BakeSpec,
  imageIds: Readonly<Record<string, string>>,
  dropped: readonly string[],
  write: (text: string) => void,
): Promise<void> {
  for (const [region, imageId] of Object.entries(imageIds)) {
    const ec2 = patientClient(EC2Client, region);
    const image = await imageIn(ec2, imageId);
    if (image) await retagOne(ec2, image, spec, dropped, write);
  }
}

async function retagOne(
  ec2: EC2Client,
  image: Image,
  { tags }: BakeSpec,
  dropped: readonly string[],
  write: (text: string) => void,
): Promise<void> {
  const asked = Object.entries(tags).filter(([key]) => !isOwnTag(key));
  const missing = asked.filter(([key, value]) => tagOf(image, key) !== value);
  const gone = dropped.filter((key) => !(key in tags) && !isOwnTag(key) && tagOf(image, key) !== undefined);
  if (missing.length + gone.length === 0) return;
  const owner = tagOf(image, TAG.stack);
  if (owner !== tags[TAG.stack]) {
    write(`bake: ${image.ImageId} was baked by '${owner}', so its tags stay as that stack has them\n`);
    return;
  }
  const Resources = [image.ImageId ?? "", ...snapshotsOf(image)];
  const Tags = missing.map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await ec2.send(new CreateTagsCommand({ Resources, Tags }));
  if (gone.length > 0) {
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: gone.map((Key) => ({ Key })) }));
  }
  const words = [...missing.map(([key]) => key), ...gone.map((key) => `no ${key}`)];
  write(`bake: tagged ${image.ImageId} and its snapshots: ${words.join(", ")}\n`);
}
