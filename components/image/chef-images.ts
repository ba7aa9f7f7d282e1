import * as pulumi from "@pulumi/pulumi";
import { argumentIssues } from "../validation/check-arguments";
import { componentNameIssues } from "../validation/component-name";
import { raise } from "../validation/issues";
import { ChefImage, type ImageIds } from "./chef-image";
import type { ChefImageArgs } from "./chef-image-args";
import { imagesShape } from "./image-shape";

type Image<Region extends string> = Omit<ChefImageArgs<Region>, "imageName">;

/** What one of several images has of its own: the type of its bake's instance, and whatever else differs. */
export type ImageVariant<Region extends string> = Pick<Image<Region>, "instanceType"> & Partial<Image<Region>>;

export interface ChefImagesArgs<Name extends string, Region extends string>
  extends Omit<Image<Region>, "instanceType"> {
  /** Begins the images' names: they are called `<imageName>-<name>`. */
  readonly imageName: string;
  /** The images by name, such as one for each architecture. */
  readonly images: Readonly<Record<Name, ImageVariant<Region>>>;
}

/**
 * Several images from one template, baked at the same time: what they have in common is said once.
 *
 *     const base = new ChefImages("base", {
 *       ...common,
 *       copies: { "eu-west-3": {} },
 *       images: { intel: { instanceType: "m7i.large" }, arm: { instanceType: "m7g.large", architecture: "arm64" } },
 *     });
 *     base.imageIds.arm["eu-west-3"]; // a name or region that is not asked for does not compile
 */
export class ChefImages<Name extends string, Region extends string = string> extends pulumi.ComponentResource {
  readonly images: Readonly<Record<Name, ChefImage<Region>>>;
  /** Image id by name and region. */
  readonly imageIds: pulumi.Output<Readonly<Record<Name, ImageIds<Region>>>>;

  constructor(name: string, args: ChefImagesArgs<Name, Region>, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ChefImages", name, {}, options);
    const named: ChefImagesArgs<string, string> = args;
    raise(`Images "${name}"`, [...componentNameIssues(name), ...argumentIssues(named, imagesShape, [])]);
    const { images, imageName, ...common } = args;
    const create = ([variant, own]: [string, ImageVariant<Region>]) => {
      const all = { ...common, ...own, imageName: `${imageName}-${variant}` };
      return [variant, new ChefImage<Region>(`${name}-${variant}`, all, { parent: this })] as const;
    };
    const created = Object.entries<ImageVariant<Region>>(images).map(create);
    this.images = Object.fromEntries(created) as Record<Name, ChefImage<Region>>;
    const ids = Object.fromEntries(created.map(([variant, { imageIds }]) => [variant, imageIds]));
    this.imageIds = pulumi.all(ids).apply((known) => known as Record<Name, ImageIds<Region>>);
    this.registerOutputs({ imageIds: this.imageIds });
  }
}
