import { setTimeout as pause } from "node:timers/promises";
import type { EC2Client, Image } from "@aws-sdk/client-ec2";
import { deleteImage, imagesNamed, tagOf } from "./image";
import { TAG } from "./tags";

/** An image of the same address and its maker's promise to finish it. */
const WAIT_FOR_OTHER_MS = 10 * 60_000;
const POLL_MS = 2_000;
/** AWS tells the time of a creation by the second. As long as it lasts, another image may come that counts as older. */
const SAME_SECOND_MS = 1_200;

/**
 * Of the images that bakes of one address made at the same time, the one that all of them use: the oldest. Ours is
 * removed when an older one is ready. An older one that is still being made is waited for, at most 10 minutes, since its
 * bake may yet fail; after that ours stays.
 * @param prefix how all names of this address begin; a name, unlike a tag, is there from the first moment on
 * @param before images of this address that were there when this bake began, and which it was told not to use
 */
export async function settle(ec2: EC2Client, ours: Image, prefix: string, before: readonly Image[]): Promise<Image> {
  await pause(restOfSecond(ours, Date.now()));
  const deadline = Date.now() + WAIT_FOR_OTHER_MS;
  for (;;) {
    const named = await imagesNamed(ec2, prefix);
    const oldest = named.find((image) => !before.some(({ ImageId }) => ImageId === image.ImageId));
    if (!oldest || oldest.ImageId === ours.ImageId || Date.now() > deadline) return ours;
    if (oldest.State === "available" && tagOf(oldest, TAG.fingerprint)) {
      await deleteImage(ec2, ours);
      return oldest;
    }
    await pause(POLL_MS);
  }
}

/** Milliseconds; none where the image took its time, as images of AWS do. */
function restOfSecond({ CreationDate = "" }: Image, now: number): number {
  const rest = Date.parse(CreationDate) + SAME_SECOND_MS - now;
  return rest > 0 ? Math.min(rest, SAME_SECOND_MS) : 0;
}
