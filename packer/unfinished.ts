import { setTimeout as pause } from "node:timers/promises";
import type { EC2Client } from "@aws-sdk/client-ec2";
import { deleteImage, imagesNamed, tagOf } from "./image";
import { TAG } from "./tags";

const LOOKS = 3;
const PAUSE_MS = 1000;

/**
 * Removes the image that a stopped run of Packer asked for and did not live to tag: Packer does not know of an image
 * whose answer it no longer waited for. Looks more than once, because the image may appear after Packer has gone.
 *
 * @param name the image's whole name, which is this run's alone
 */
export async function removeUnfinishedImage(ec2: EC2Client, name: string): Promise<void> {
  for (let look = 1; look <= LOOKS; look++) {
    const unfinished = (await imagesNamed(ec2, name)).filter((image) => !tagOf(image, TAG.fingerprint));
    for (const image of unfinished) await deleteImage(ec2, image);
    if (look < LOOKS) await pause(PAUSE_MS);
  }
}
