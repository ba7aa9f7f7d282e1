import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describeChange, fingerprint, type Inputs, TAG } from "../../packer";

/**
 * What an update will do about an image and why, in words, for whoever reviews the preview: nothing, or which inputs
 * changed since the last bake of this name. One or two questions to AWS, in previews alone.
 *
 * @returns a sentence
 */
export async function bakeReason(bake: string, inputs: Inputs, parent: pulumi.Resource): Promise<string> {
  const same = await newest([{ name: `tag:${TAG.fingerprint}`, values: [fingerprint(inputs)] }], parent);
  if (same) return `the image '${bake}' is baked already: ${same.id}`;
  const previous = await newest([{ name: `tag:${TAG.bake}`, values: [bake] }], parent);
  const before = previous?.tags[TAG.inputs];
  return before ? `rebaking '${bake}': ${describeChange(before, inputs)}` : `baking '${bake}' for the first time`;
}

/** Says it beside the resource, once, and does not stop a preview that may not ask AWS. */
export async function tellReason(bake: string, inputs: Inputs, parent: pulumi.Resource): Promise<void> {
  if (!pulumi.runtime.isDryRun()) return;
  const reason = await bakeReason(bake, inputs, parent).catch(
    (error: Error) => `whether '${bake}' is baked already cannot be told here: ${error.message}`,
  );
  await pulumi.log.info(reason, parent);
}

async function newest(filters: aws.ec2.GetAmiIdsArgs["filters"], parent: pulumi.Resource) {
  const { ids } = await aws.ec2.getAmiIds({ owners: ["self"], filters }, { parent });
  const [id] = ids;
  return id
    ? aws.ec2.getAmi({ owners: ["self"], filters: [{ name: "image-id", values: [id] }] }, { parent })
    : undefined;
}
