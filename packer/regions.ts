import type { Image } from "@aws-sdk/client-ec2";
import { tagOf } from "./image";
import type { BakeSpec } from "./spec";
import { TAG } from "./tags";

type Places = Pick<BakeSpec, "region" | "copies">;

/** Where a bake's images are: in its own region, which comes first, and in those it is copied to. */
export function regionsOf({ region, copies = {} }: Places): string[] {
  return [region, ...Object.keys(copies)];
}

/** Where these images were copied to and no image is copied any more, as their tags tell. */
export function formerRegions(spec: Places, images: readonly Image[]): string[] {
  const copied = images.flatMap((image) => tagOf(image, TAG.copies)?.split(" ") ?? []);
  const today = regionsOf(spec);
  return [...new Set(copied)].filter((region) => !today.includes(region));
}
