/**
 * For a group with Intel and Graviton instances. One image is baked for each architecture, on the type that runs it, and
 * each type of the group launches from its own image. A changed run list bakes both images. The rollout replaces the
 * instances of both, or rolls both back. The review fails if an image was baked on another type than it runs on.
 *
 * Configure `chef` and `subnetIds`. Packer must be installed on the machine that runs `pulumi up`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, ChefImages } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const chef = config.requireObject<ChefConnection>("chef");
const [intel, arm] = ["c7i.large", "c7g.large"];
const debian = (architecture: string) => ({ nameFilter: `debian-12-${architecture}-*`, owners: ["136693071363"] });

const baked = new ChefImages("web", {
  imageName: `${pulumi.getStack()}-web`,
  baseImage: debian("amd64"),
  runList: ["recipe[base]"],
  images: {
    intel: { instanceType: intel },
    arm: { instanceType: arm, architecture: "arm64", baseImage: debian("arm64") },
  },
  chef,
});

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: baked.images.intel.imageId,
  instanceType: intel,
  mixedInstances: {
    types: [{ instanceType: intel }, { instanceType: arm, image: "arm" }],
    images: { arm: baked.images.arm.imageId },
    onDemandBase: 2,
    onDemandPercentage: 0,
  },
  chef,
  runList: ["recipe[base]", "recipe[web]"],
  capacity: { min: 2, max: 10 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  scaling: { targets: { cpu: { target: 50 } } },
});

export const group = web.autoScalingGroupName;
export const templates = web.imageTemplates;
