import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import type { BakeSpec } from "../spec/spec";
import { imagesOfStack } from "./image";
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

/** The images of a stack's bake in each region where there are or were some: its own, today's copies, and those of before. */
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
