import { DescribeImagesCommand, EC2Client, type Image } from "@aws-sdk/client-ec2";
import { withCallNames } from "../components/aws-client";
import { THROUGH_PROXY } from "../components/aws-timeouts";
import { imagesOfStack, tagOf } from "./image";
import { formerRegions, regionsOf } from "./regions";
import { removeUnused } from "./retention";
import type { BakeSpec } from "./spec";
import { TAG } from "./tags";

/**
 * Removes the images that this stack baked, with their copies and snapshots, unless the spec wants to keep them. An image
 * that another stack baked and this one used again is that stack's, and stays; so does one that something still uses.
 * @param created what `create` printed, for a spec without the stack's tag
 */
export async function removeImages(spec: BakeSpec, created: string, write: (text: string) => void): Promise<void> {
  if (spec.keepOnDestroy) {
    write(`bake: the images of '${spec.name}' are kept\n`);
    return;
  }
  const stack = spec.tags[TAG.stack];
  const home = stack
    ? await imagesOfStack(withCallNames(new EC2Client({ ...THROUGH_PROXY, region: spec.region })), spec.name, stack)
    : [];
  for (const region of [...regionsOf(spec), ...formerRegions(spec, home)]) {
    const ec2 = withCallNames(new EC2Client({ ...THROUGH_PROXY, region }));
    const images = stack ? await imagesOfStack(ec2, spec.name, stack) : await imageCreated(ec2, region, spec, created);
    await removeUnused(ec2, region, images, write, () => "and its snapshots");
  }
}

async function imageCreated(ec2: EC2Client, region: string, spec: BakeSpec, created: string): Promise<Image[]> {
  const { imageIds, reused } = parseResult(created, spec.region);
  const imageId = imageIds[region];
  if (reused || !imageId) return [];
  const filters = [{ Name: "image-id", Values: [imageId] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters: filters }));
  return Images.filter((image) => tagOf(image, TAG.bake) === spec.name);
}

type Created = { readonly imageIds: Readonly<Record<string, string>>; readonly reused: boolean };

function parseResult(text: string, region: string): Created {
  const { imageId, imageIds, reused } = parseJson(text);
  if (typeof imageId === "string") return { imageIds: { ...imageIds, [region]: imageId }, reused: reused === true };
  throw new Error(
    `'PULUMI_COMMAND_STDOUT' is '${text}', expected what 'bake.js create' printed; delete the image by hand`,
  );
}

function parseJson(text: string): Partial<Created> & { readonly imageId?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {}; // told by the caller, with the text
  }
}
