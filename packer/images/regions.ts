import type { Image } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import type { OwnedImages } from "./owned-images";
import { tagOf } from "./tags";

type Places = Pick<BakeSpec, "region" | "copies">;

/** Where a bake's images are: in its own region, which comes first, and in those it is copied to. */
export function regionsOf({ region, copies = {} }: Places): string[] {
  return [region, ...Object.keys(copies)];
}

/** Where these images were copied to and no image is copied any more, as their tags tell. */
export function formerRegions(spec: Places, images: readonly Image[]): string[] {
  const today = regionsOf(spec);
  return copiedTo(images).filter((region) => !today.includes(region));
}

/** Each region where there are or were images of a stack's bake: its own, today's copies, and those of before. */
export function everyRegion({ region, copies }: Pick<OwnedImages, "region" | "copies">, images: readonly Image[]) {
  return [...new Set([region, ...copies, ...copiedTo(images)])];
}

function copiedTo(images: readonly Image[]): string[] {
  return [...new Set(images.flatMap((image) => tagOf(image, TAG.copies)?.split(" ") ?? []))];
}
