import { DescribeImagesCommand, EC2Client, type Image } from "@aws-sdk/client-ec2";
import { deleteImage, imagesOfStack, tagOf } from "./image";
import type { BakeSpec } from "./spec";
import { TAG } from "./tags";

/**
 * Removes the images that this stack baked, with their snapshots, unless the spec wants to keep them. An image that
 * another stack baked and this one used again is that stack's, and stays.
 * @param created what `create` printed, for a spec without the stack's tag
 */
export async function removeImages(spec: BakeSpec, created: string, write: (text: string) => void): Promise<void> {
  if (spec.keepOnDestroy) {
    write(`bake: the images of '${spec.name}' are kept\n`);
    return;
  }
  const ec2 = new EC2Client({ region: spec.region });
  const stack = spec.tags[TAG.stack];
  const images = stack ? await imagesOfStack(ec2, spec.name, stack) : await imageCreated(ec2, spec, created);
  for (const image of images) {
    await deleteImage(ec2, image);
    write(`bake: deregistered ${image.ImageId} and deleted its snapshots\n`);
  }
}

async function imageCreated(ec2: EC2Client, spec: BakeSpec, created: string): Promise<Image[]> {
  const { imageId, reused } = parseResult(created);
  if (reused) return [];
  const filters = [{ Name: "image-id", Values: [imageId] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: filters }));
  return Images.filter((image) => tagOf(image, TAG.bake) === spec.name);
}

function parseResult(text: string): { imageId: string; reused: boolean } {
  const result = text ? (JSON.parse(text) as { imageId?: string; reused?: boolean }) : undefined;
  if (!result?.imageId) {
    throw new Error(
      `'PULUMI_COMMAND_STDOUT' is '${text}', expected what 'bake.js create' printed; delete the image by hand`,
    );
  }
  return { imageId: result.imageId, reused: result.reused === true };
}
