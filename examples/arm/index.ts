/**
 * For Graviton instances: the image is baked on arm64, and the group runs arm64 types. An instance type of the other
 * architecture is refused for the bake, and so is a group whose types have different architectures. The review also fails
 * if the group's type cannot boot the image.
 *
 * Configure `chef` and `subnetIds`. Packer must be installed on the machine that runs `pulumi up`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, ChefImage } from "pulumi-chef-autoscaling";

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
