import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "../iam/key-access";
import { outputsOf } from "../outputs/outputs-of";
import type { ChefImageArgs } from "./chef-image-args";
import { createImageRemoval } from "./image-removal";

/**
 * Stands in for a `ChefImage` that is suspended because another image is used: baked images are kept, and removed when the `ChefImage`
 * would have removed them.
 */
export class KeptImages extends pulumi.ComponentResource {
  /**
   * Id of the image that is used. It depends on the kept images, so that they are deleted after everything that runs from it, since it may
   * be one of them.
   */
  readonly imageId: pulumi.Output<string>;

  constructor(
    name: string,
    args: Pick<ChefImageArgs, "imageName" | "copies" | "onDestroy"> & { readonly imageId: string },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("chef-autoscaling:index:ChefImage", name, {}, options);
    const { region, accountId } = placeOf(this);
    const removal =
      args.onDestroy === "delete" ? createImageRemoval(name, { ...args, region, accountId }, this) : undefined;
    this.imageId = pulumi.all([args.imageId, removal?.urn]).apply(([imageId]) => imageId);
    this.registerOutputs(outputsOf(this));
  }
}
