import type { Image } from "@aws-sdk/client-ec2";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../contract/image-tags";
import { chosenOf, fingerprint, type Inputs } from "../../packer";

/** Ids of the images with one fingerprint by region, as a preview finds them; undefined if AWS cannot be asked. */
export type FoundIds = Readonly<Record<string, readonly string[]>> | undefined;

type Filters = NonNullable<aws.ec2.GetAmiIdsArgs["filters"]>;

/** Images that were baked from these inputs, by any stack. One request per region. */
export async function imagesBaked(
  inputs: Inputs,
  regions: readonly string[],
  parent: pulumi.Resource,
): Promise<FoundIds> {
  const filters = [{ name: `tag:${TAG.fingerprint}`, values: [fingerprint(inputs)] }];
  const asked = regions.map(async (region) => [region, await ownImages(filters, parent, region)] as const);
  return Object.fromEntries(await Promise.all(asked));
}

/**
 * Ids of this account's images; newest first, as the provider sorts them.
 *
 * @param region the provider's own by default
 */
export async function ownImages(filters: Filters, parent: pulumi.Resource, region?: string): Promise<string[]> {
  return (await aws.ec2.getAmiIds({ owners: ["self"], filters, region }, { parent })).ids;
}

/**
 * The image that an update will reuse, by region; undefined if it will bake one.
 *
 * @param found at least the ids in each region
 */
export async function imageToReuse(
  found: NonNullable<FoundIds>,
  parent: pulumi.Resource,
): Promise<Record<string, string> | undefined> {
  const chosen = Object.entries(found).map(
    async ([region, ids]) => [region, await chosenId(ids, region, parent)] as const,
  );
  const imageIds = Object.entries(Object.fromEntries(await Promise.all(chosen)));
  const ready = imageIds.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return ready.length === imageIds.length ? Object.fromEntries(ready) : undefined;
}

/** If there are several images, the one that every bake and stack chooses, which depends on their tags and ages. */
async function chosenId(ids: readonly string[], region: string, parent: pulumi.Resource): Promise<string | undefined> {
  if (ids.length < 2) return ids[0];
  const images = await Promise.all(ids.map((id) => imageOf(id, region, parent)));
  const oldestFirst = images.sort((a, b) => ageKey(a).localeCompare(ageKey(b)));
  return chosenOf(oldestFirst)?.ImageId;
}

async function imageOf(id: string, region: string, parent: pulumi.Resource): Promise<Image> {
  const filters = [{ name: "image-id", values: [id] }];
  const { creationDate, tags } = await aws.ec2.getAmi({ owners: ["self"], filters, region }, { parent });
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { ImageId: id, CreationDate: creationDate, Tags };
}

function ageKey({ CreationDate, ImageId }: Image): string {
  return `${CreationDate} ${ImageId}`;
}
