import type { Image } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { tagOf } from "./tags";

/**
 * Of the images of one address in a region, the one that everybody uses, whoever made it: the oldest of those that no
 * `rebake` has made in place of others.
 * @param images the oldest first
 */
export function chosenOf(images: readonly Image[]): Image | undefined {
  const superseded = newestOf(images.map((image) => tagOf(image, TAG.supersedes)));
  return images.find(({ CreationDate = "" }) => CreationDate > superseded);
}

/** AWS gives all times in one form, whose order is that of the text. */
export function newestOf(times: readonly (string | undefined)[]): string {
  return times.reduce<string>((newest, time = "") => (time > newest ? time : newest), "");
}
