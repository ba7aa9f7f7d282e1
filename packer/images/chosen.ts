import type { Image } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { tagOf } from "./tags";

/**
 * Of the images with one fingerprint in a region, the one that every bake uses: the oldest that no `rebake` has superseded.
 *
 * @param images oldest first
 */
export function chosenOf(images: readonly Image[]): Image | undefined {
  const superseded = newestOf(images.map((image) => tagOf(image, TAG.supersedes)));
  return images.find(({ CreationDate = "" }) => CreationDate > superseded);
}

/** All times from AWS have the same format, which sorts as text. */
export function newestOf(times: readonly (string | undefined)[]): string {
  return times.reduce<string>((newest, time = "") => (time > newest ? time : newest), "");
}
