import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import { imagesOfStack } from "./image";
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

/** The images of a stack's bake in each region that has or had some: its own region, those of today's copies, and those of earlier copies. */
export async function* inEveryRegion({ name, region: home, copies }: OwnedImages, stack: string) {
  const there = await imagesOfStack(patientClient(EC2Client, home), name, stack);
  for (const region of new Set([home, ...copies, ...copiedTo(there)])) {
    const ec2 = patientClient(EC2Client, region);
    yield { ec2, region, images: await imagesOfStack(ec2, name, stack) };
  }
}

function copiedTo(images: readonly Image[]): string[] {
  return [...new Set(images.flatMap((image) => tagOf(image, TAG.copies)?.split(" ") ?? []))];
}
