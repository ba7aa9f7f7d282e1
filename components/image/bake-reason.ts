import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../chef/printable";
import { TAG } from "../../contract/image-tags";
import { type BakeSpec, type Inputs, reasonToRebake } from "../../packer";
import { type FoundIds, ownImages } from "./found-image";

/** A bake as seen by a preview. */
export interface Intended {
  readonly spec: BakeSpec;
  readonly inputs: Inputs;
  readonly found: FoundIds;
  /** Warning to print if Packer will open SSH to everybody. */
  readonly open?: string;
}

/**
 * What an update that runs the bake will do and why, as a sentence for reviewers of the preview: reuse an image, or which inputs changed
 * since the last bake of this name.
 *
 * @param reused id of the image that will be reused; undefined for none
 * @returns a sentence
 */
async function bakeReason(
  { spec, inputs, found }: Intended,
  reused: string | undefined,
  parent: pulumi.Resource,
): Promise<string> {
  const bake = spec.name;
  if (spec.rebake) return `rebaking '${bake}': 'rebake' is set`;
  if (!found)
    return `this preview cannot determine whether '${bake}' is already baked: AWS cannot be asked for its images`;
  if (reused) return bakedAlready(bake, reused);
  const missing = Object.keys(found).filter((region) => found[region]?.length === 0);
  if (missing.length < Object.keys(found).length)
    return `rebaking '${bake}': the image is gone in ${missing.join(", ")}`;
  const [previous] = await ownImages([{ name: `tag:${TAG.bake}`, values: [bake] }], parent);
  const filters = [{ name: "image-id", values: [previous ?? ""] }];
  const { tags } = previous ? await aws.ec2.getAmi({ owners: ["self"], filters }, { parent }) : { tags: {} };
  const changed = reasonToRebake(tags, inputs);
  return changed ? `rebaking '${bake}': ${changed}` : `baking '${bake}' for the first time`;
}

export function bakedAlready(bake: string, imageId: string): string {
  return `the image '${bake}' is already baked: ${imageId}`;
}

/** Prints the reason with the resource, once. A preview without permission to ask AWS continues without it. */
export async function tellReason(
  intended: Intended,
  reused: string | undefined,
  parent: pulumi.Resource,
): Promise<void> {
  const reason = await bakeReason(intended, reused, parent).catch(
    (error: Error) => `this preview cannot determine why '${intended.spec.name}' is baked: ${error.message}`,
  );
  await pulumi.log.info(printable(reason), parent);
  if (!reused && intended.open) await pulumi.log.warn(intended.open, parent);
}
