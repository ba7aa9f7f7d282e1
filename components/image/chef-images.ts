import * as pulumi from "@pulumi/pulumi";
import { outputsOf } from "../outputs/outputs-of";
import { argumentIssues } from "../validation/check-arguments";
import { componentNameIssues } from "../validation/component-name";
import { raise } from "../validation/issues";
import { ChefImage, type ImageIds } from "./chef-image";
import type { ChefImageArgs } from "./chef-image-args";
import { imagesShape } from "./image-shape";

/** An image without its name, which is built from its key among the images. */
export type Image<Region extends string> = Omit<ChefImageArgs<Region>, "imageName">;

/** What differs between the images: the instance type of the bake, and any other setting. */
export type ImageVariant<Region extends string> = Pick<Image<Region>, "instanceType"> & Partial<Image<Region>>;

/** Settings that several images share, and those that differ. */
export interface ChefImagesArgs<Name extends string, Region extends string>
  extends Omit<Image<Region>, "instanceType"> {
  /** Prefix of the images' names, which are `<imageName>-<name>`. */
  readonly imageName: string;
  /** The images by name, for example one for each architecture. */
  readonly images: Readonly<Record<Name, ImageVariant<Region>>>;
}

/**
 * Several images from one template, baked at the same time. Shared settings are given only once.
 *
 * @example
 * ```ts
 * const base = new ChefImages("base", {
 *   imageName: "base",
 *   baseImage: { nameFilter: "debian-12-*", owners: ["136693071363"] },
 *   runList: ["recipe[base]"],
 *   copies: { "eu-west-3": {} },
 *   images: { intel: { instanceType: "m7i.large" }, arm: { instanceType: "m7g.large", architecture: "arm64" } },
 *   chef,
 * });
 * // A name or region that is not asked for does not compile
 * export const imageInParis = base.imageIds.arm["eu-west-3"];
 * ```
 */
export class ChefImages<Name extends string, Region extends string = string> extends pulumi.ComponentResource {
  /** The images by name. */
  readonly images: Readonly<Record<Name, ChefImage<Region>>>;
  /** Image ids by name and region. */
  readonly imageIds: pulumi.Output<Readonly<Record<Name, ImageIds<Region>>>>;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
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
    this.registerOutputs(outputsOf(this));
  }
}
