import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "../iam/key-access";
import type { ChefImageArgs } from "./chef-image-args";
import { createImageRemoval } from "./image-removal";

/**
 * Stands in the place of a `ChefImage` that does not bake for now, because another image is run: what was baked stays, and goes when
 * the `ChefImage` would have taken it along.
 */
export class KeptImages extends pulumi.ComponentResource {
  /** The image that is run. It hangs on those that are kept, so that they go after whatever runs it: it may be one of them. */
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
    this.registerOutputs({ imageId: this.imageId });
  }
}
