import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { imagesOf } from "./image";

/** Images of one address that are ready to use, by region; the oldest first. */
export type ImagesByRegion = Readonly<Record<string, readonly Image[]>>;

/** One question to each region. */
export async function imagesEverywhere(regions: readonly string[], fingerprint: string): Promise<ImagesByRegion> {
  const found = regions.map(
    async (region) => [region, await imagesOf(new EC2Client({ region }), fingerprint)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

/** The newest image's id in each region; undefined where one of the regions has none. */
export function newestIds(images: ImagesByRegion): Record<string, string> | undefined {
  const ids = Object.entries(images).map(([region, list]) => [region, list.at(-1)?.ImageId ?? ""] as const);
  return ids.every(([, id]) => id !== "") ? Object.fromEntries(ids) : undefined;
}

/** The regions that have none although another has one: somebody removed a copy, or the image itself. */
export function missingIn(images: ImagesByRegion): string[] {
  const without = Object.keys(images).filter((region) => images[region]?.length === 0);
  return without.length < Object.keys(images).length ? without : [];
}
