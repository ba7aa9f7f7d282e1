import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type BakeSpec, fingerprint, type Inputs, reasonToRebake, TAG } from "../../packer";

/** A bake as it is about to be ordered. */
export interface Intended {
  readonly spec: BakeSpec;
  readonly inputs: Inputs;
  /** Images that were baked from the same inputs; undefined where AWS cannot be asked. */
  readonly ids: readonly string[] | undefined;
}

/** Ids of the images that were baked from these inputs, by whomever. One question to AWS. */
export function imagesBaked(inputs: Inputs, parent: pulumi.Resource): Promise<string[]> {
  return ownImages([{ name: `tag:${TAG.fingerprint}`, values: [fingerprint(inputs)] }], parent);
}

/** Ids of this account's images; newest first, as the provider sorts them. */
export async function ownImages(
  filters: NonNullable<aws.ec2.GetAmiIdsArgs["filters"]>,
  parent: pulumi.Resource,
): Promise<string[]> {
  return (await aws.ec2.getAmiIds({ owners: ["self"], filters }, { parent })).ids;
}

/**
 * What an update will do about an image and why, in words, for whoever reviews the preview: nothing, or which inputs
 * changed since the last bake of this name.
 *
 * @returns a sentence
 */
export async function bakeReason({ spec, inputs, ids }: Intended, parent: pulumi.Resource): Promise<string> {
  const bake = spec.name;
  if (spec.rebake) return `rebaking '${bake}': 'rebake' is set`;
  if (!ids) return `whether '${bake}' is baked already cannot be told here: AWS cannot be asked for its images`;
  if (ids.length > 0) return `the image '${bake}' is baked already: ${ids[0]}`;
  const [previous] = await ownImages([{ name: `tag:${TAG.bake}`, values: [bake] }], parent);
  const filters = [{ name: "image-id", values: [previous ?? ""] }];
  const { tags } = previous ? await aws.ec2.getAmi({ owners: ["self"], filters }, { parent }) : { tags: {} };
  const changed = reasonToRebake(tags, inputs, spec.baseImageId);
  return changed ? `rebaking '${bake}': ${changed}` : `baking '${bake}' for the first time`;
}

/** Says it beside the resource, once, and does not stop a preview that may not ask AWS. */
export async function tellReason(intended: Intended, parent: pulumi.Resource): Promise<void> {
  const reason = await bakeReason(intended, parent).catch(
    (error: Error) => `why '${intended.spec.name}' is baked cannot be told here: ${error.message}`,
  );
  await pulumi.log.info(reason, parent);
}
