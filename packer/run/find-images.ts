import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { chosenOf, newestOf } from "../images/chosen";
import { type Address, namePrefix, nodeOf } from "../images/identification";
import { imagesNamed, isReady } from "../images/image";
import { regionsOf } from "../images/regions";
import { bakeLimitMinutes } from "../spec/limits";
import type { BakeSpec } from "../spec/spec";
import { bakeInstances } from "../sweep/instances";

/** Images of one address by region, the oldest first: those that are ready to use, and those that a bake may yet finish. */
export type ImagesByRegion = Readonly<Record<string, readonly Image[]>>;

/** One question to each region. */
export async function imagesEverywhere(address: Address): Promise<ImagesByRegion> {
  const found = regionsOf(address.spec).map(async (region) => [region, await imagesIn(region, address)] as const);
  return Object.fromEntries(await Promise.all(found));
}

/** One question, and two more where an image is unfinished: one whose bake is gone is nobody's. */
export async function imagesIn(region: string, address: Address): Promise<Image[]> {
  const ec2 = patientClient(EC2Client, region);
  const look = () => imagesNamed(ec2, namePrefix(address));
  const images = await look();
  if (images.every(isReady)) return images;
  // Asked before the second look: a bake that has gone meanwhile has finished its image, or never will
  const baking = await bakingNodes(address.spec);
  return (await look()).filter((image) => isReady(image) || baking.has(nodeOf(address, image)));
}

/** Names of the nodes of the bakes that may still be at work: an instance of theirs is there and younger than any bake gets. */
async function bakingNodes({ region, name }: BakeSpec): Promise<Set<string>> {
  const oldest = Date.now() - bakeLimitMinutes(process.env) * 60_000;
  const instances = await bakeInstances(patientClient(EC2Client, region));
  const baking = instances.filter((it) => it.living && it.bake === name && Number(it.since) > oldest);
  return new Set(baking.map(({ node = "" }) => node));
}

/** When the newest of these images was made: what a `rebake` supersedes. Empty where there is none. */
export function lastMade(images: ImagesByRegion): string {
  return newestOf(
    Object.values(images)
      .flat()
      .map(({ CreationDate }) => CreationDate),
  );
}

/** The image to use in each region, of those that are ready; undefined where one of the regions has none. */
export function readyEverywhere(images: ImagesByRegion): Record<string, Image> | undefined {
  const ready = Object.entries(images).flatMap(([region, list]) => {
    const chosen = chosenOf(list.filter(isReady));
    return chosen ? [[region, chosen] as const] : [];
  });
  return ready.length === Object.keys(images).length ? Object.fromEntries(ready) : undefined;
}

/** The regions that have none although another has one: somebody removed a copy, or the image itself. */
export function missingIn(images: ImagesByRegion): string[] {
  const without = Object.keys(images).filter((region) => !images[region]?.some(isReady));
  return without.length < Object.keys(images).length ? without : [];
}
