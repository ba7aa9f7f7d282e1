/**
 * For Graviton: the image is baked on arm64 and for arm64, the group runs types of that architecture. A bake on a type of
 * the other architecture is refused, and so are types of both on one image; a group whose type cannot boot the image is
 * stopped in review.
 *
 * Configure `chef` and `subnetIds`. Needs Packer on the machine that runs `pulumi up`.
 */
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection, ChefImage } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const chef = config.requireObject<ChefConnection>("chef");
const instanceType = "t4g.small";

const image = new ChefImage("web", {
  imageName: `${pulumi.getStack()}-web-arm64`,
  instanceType,
  architecture: "arm64",
  baseImage: { nameFilter: "debian-12-arm64-*", owners: ["136693071363"] },
  runList: ["recipe[base]"],
  chef,
});

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: image.imageId,
  instanceType,
  chef,
  runList: ["recipe[base]", "recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  scaling: { out: {}, in: {} },
});

export const group = web.autoScalingGroupName;
