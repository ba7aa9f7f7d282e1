import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { chosenOf, newestOf } from "../images/chosen";
import { type Address, namePrefix, nodeOf } from "../images/identification";
import { imagesNamed, isReady } from "../images/image";
import { regionsOf } from "../images/regions";
import { bakeLimitMinutes } from "../spec/limits";
import type { BakeSpec } from "../spec/spec";
import { bakeInstances } from "../sweep/instances";

/** Images of one fingerprint by region, oldest first: those that are ready, and those that a bake may still finish. */
export type ImagesByRegion = Readonly<Record<string, readonly Image[]>>;

/** One request to each region. */
export async function imagesEverywhere(address: Address): Promise<ImagesByRegion> {
  const found = regionsOf(address.spec).map(async (region) => [region, await imagesIn(region, address)] as const);
  return Object.fromEntries(await Promise.all(found));
}

/** One request, and two more if an image is unfinished: if its bake is gone, it is ignored. */
export async function imagesIn(region: string, address: Address): Promise<Image[]> {
  const ec2 = patientClient(EC2Client, region);
  const look = () => imagesNamed(ec2, namePrefix(address));
  const images = await look();
  if (images.every(isReady)) return images;
  // Requested before the second look: a bake that has ended meanwhile has finished its image, or
  // never will
  const baking = await bakingNodes(address.spec);
  return (await look()).filter((image) => isReady(image) || baking.has(nodeOf(address, image)));
}

/** Names of the nodes of bakes that may still be running: their instance exists and is younger than any bake gets. */
async function bakingNodes({ region, name }: BakeSpec): Promise<Set<string>> {
  const oldest = Date.now() - bakeLimitMinutes(process.env) * 60_000;
  const instances = await bakeInstances(patientClient(EC2Client, region));
  const baking = instances.filter((it) => it.living && it.bake === name && Number(it.since) > oldest);
  return new Set(baking.map(({ node = "" }) => node));
}

/** Creation time of the newest of these images, which a `rebake` supersedes. Empty if there is none. */
export function lastMade(images: ImagesByRegion): string {
  return newestOf(
    Object.values(images)
      .flat()
      .map(({ CreationDate }) => CreationDate),
  );
}

/** The image to use in each region, of those that are ready; undefined if one of the regions has none. */
export function readyEverywhere(images: ImagesByRegion): Record<string, Image> | undefined {
  const ready = Object.entries(images).flatMap(([region, list]) => {
    const chosen = chosenOf(list.filter(isReady));
    return chosen ? [[region, chosen] as const] : [];
  });
  return ready.length === Object.keys(images).length ? Object.fromEntries(ready) : undefined;
}

/** The regions that have none although another has one: a copy, or the image itself, was removed. */
export function missingIn(images: ImagesByRegion): string[] {
  const without = Object.keys(images).filter((region) => !images[region]?.some(isReady));
  return without.length < Object.keys(images).length ? without : [];
}
