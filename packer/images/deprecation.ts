import { EC2Client, EnableImageDeprecationCommand, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import { imageIn } from "./image";
import { tagOf } from "./tags";

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** EC2 takes no date in the past, and rounds to the minute. */
const SOONEST_MS = 2 * MINUTE_MS;

/**
 * Gives the images their date of deprecation, in each region. Done by a call of our own, because the Packers that bring their builders
 * up to 1.7.4 cannot, and because a new date bakes no image again. An image that another stack baked is that stack's to deprecate.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
 */
export async function deprecateImages(
  spec: BakeSpec,
  imageIds: Readonly<Record<string, string>>,
  write: (text: string) => void,
): Promise<void> {
  if (!spec.deprecation) return;
  for (const [region, imageId] of Object.entries(imageIds)) {
    const ec2 = patientClient(EC2Client, region);
    const image = await imageIn(ec2, imageId);
    const DeprecateAt = image && deprecationTime(spec.deprecation, image, new Date());
    if (!DeprecateAt) continue;
    const owner = tagOf(image, TAG.stack);
    if (owner !== spec.tags[TAG.stack]) {
      write(`bake: ${imageId} was baked by '${owner}', so it is deprecated when that stack says\n`);
      continue;
    }
    await ec2.send(new EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt }));
    write(`bake: ${imageId} in ${region} is deprecated from ${DeprecateAt.toISOString()} on\n`);
  }
}

/** When an image is to be deprecated; undefined where it already is, or will be at that minute. */
export function deprecationTime(
  { at, afterDays = 0 }: NonNullable<BakeSpec["deprecation"]>,
  { CreationDate = "", DeprecationTime }: Image,
  now: Date,
): Date | undefined {
  const wanted = at === undefined ? Date.parse(CreationDate) + afterDays * DAY_MS : Date.parse(at);
  const today = DeprecationTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(DeprecationTime);
  if (Math.abs(today - wanted) < MINUTE_MS) return undefined;
  if (wanted <= now.getTime() && today <= now.getTime()) return undefined;
  return new Date(Math.max(wanted, now.getTime() + SOONEST_MS));
}
