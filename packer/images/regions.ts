import type { Image } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import type { OwnedImages } from "./owned-images";
import { tagOf } from "./tags";

type Places = Pick<BakeSpec, "region" | "copies">;

/** The regions of a bake's images: its own region first, then those of its copies. */
export function regionsOf({ region, copies = {} }: Places): string[] {
  return [region, ...Object.keys(copies)];
}

/** Regions to which these images were copied but no image is copied any more, according to their tags. */
export function formerRegions(spec: Places, images: readonly Image[]): string[] {
  const today = regionsOf(spec);
  return copiedTo(images).filter((region) => !today.includes(region));
}

/** Each region that has or had images of a stack's bake: its own, the current copies, and earlier ones. */
export function everyRegion({ region, copies }: Pick<OwnedImages, "region" | "copies">, images: readonly Image[]) {
  return [...new Set([region, ...copies, ...copiedTo(images)])];
}

function copiedTo(images: readonly Image[]): string[] {
  return [...new Set(images.flatMap((image) => tagOf(image, TAG.copies)?.split(" ") ?? []))];
}
