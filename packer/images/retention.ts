import { EC2Client, EnableImageDeregistrationProtectionCommand, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import { deleteImage, imagesOfStack } from "./image";
import { imageUsers } from "./image-use";
import { formerRegions } from "./regions";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Once there is an image: protects it where that is asked for, and removes earlier ones that need not be kept, with their
 * snapshots, in every region they were copied to. An image that something uses always stays, so that a rollback can launch.
 * That an earlier one could not be removed is told, and tried again after the next bake.
 *
 * @param current the image's ids by region
 * @throws when it cannot be protected
 */
export async function lookAfterImages(
  spec: BakeSpec,
  current: Readonly<Record<string, string>>,
  write: (text: string) => void,
): Promise<void> {
  for (const [region, imageId] of Object.entries(current)) {
    const ec2 = patientClient(EC2Client, region);
    if (spec.protectImage) await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId: imageId }));
    await removeEarlier(ec2, region, imageId, spec, write).catch((error: Error) =>
      write(`bake: earlier images of '${spec.name}' in ${region} stay for now: ${error.message}\n`),
    );
  }
}

/**
 * The earlier images that neither count nor age keeps; an image has to be beyond both where both are given.
 * @param earlier without the current one, the oldest first
 */
export function dispensable(earlier: readonly Image[], keep: NonNullable<BakeSpec["keep"]>, now: Date): Image[] {
  const { count = 0, days = 0 } = keep;
  const newest = new Set(earlier.slice(-count || earlier.length).map(({ ImageId }) => ImageId));
  return earlier.filter((image) => {
    const age = now.getTime() - Date.parse(image.CreationDate ?? now.toISOString());
    return !(count > 0 && newest.has(image.ImageId)) && age >= days * DAY_MS;
  });
}

async function removeEarlier(
  ec2: EC2Client,
  region: string,
  current: string,
  spec: BakeSpec,
  write: (text: string) => void,
): Promise<void> {
  const { name, tags, keep } = spec;
  const stack = tags[TAG.stack];
  if (!keep || !stack) return;
  const earlier = (await imagesOfStack(ec2, name, stack)).filter(({ ImageId }) => ImageId !== current);
  const told = (image: Image) => `of ${image.CreationDate} and its snapshots, 'keep' does not ask for it`;
  const gone = dispensable(earlier, keep, new Date());
  // Where images are not copied to any more, nothing else would look for the copies of these
  for (const former of formerRegions(spec, gone)) {
    const there = patientClient(EC2Client, former);
    const names = new Set(gone.map(({ Name }) => Name));
    const copies = (await imagesOfStack(there, name, stack)).filter(({ Name }) => names.has(Name));
    await removeUnused(there, former, copies, write, told);
  }
  await removeUnused(ec2, region, gone, write, told);
}

/**
 * Removes images with their snapshots, but for those that something uses.
 * @param why ends the line that tells of a removal
 */
export async function removeUnused(
  ec2: EC2Client,
  region: string,
  images: readonly Image[],
  write: (text: string) => void,
  why: (image: Image) => string,
): Promise<void> {
  if (images.length === 0) return;
  const userOf = await imageUsers(ec2, region);
  for (const image of images) {
    const user = await userOf(image.ImageId ?? "");
    if (user) {
      write(`bake: ${image.ImageId} in ${region} stays, ${user} uses it\n`);
      continue;
    }
    await deleteImage(ec2, image);
    write(`bake: removed ${image.ImageId} ${why(image)}\n`);
  }
}
