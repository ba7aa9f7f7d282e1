/**
 * For a fleet in several regions: one image is baked in the stack's region and copied to the others, and each region has a
 * group that launches its own copy. Each group has a queue and a reaper in its region. All share one Chef server, so the
 * region is part of the group's name, with which the names of its nodes start. The keys are read in the group's region: store
 * them in the SSM Parameter Store of each region.
 *
 * Configure `chef` and `subnetIds`, a list for each region: `{"us-east-1": ["subnet-0a"], "eu-west-1": ["subnet-0b"]}`.
 * `aws:region` is one of them. Packer must be installed on the machine that runs `pulumi up`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, ChefImage } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const chef = config.requireObject<ChefConnection>("chef");
const subnets = config.requireObject<Record<string, string[]>>("subnetIds");
const home = new pulumi.Config("aws").require("region");
const instanceType = "t3.small";

const abroad = Object.keys(subnets).filter((region) => region !== home);
const image = new ChefImage("web", {
  imageName: `${pulumi.getStack()}-web`,
  instanceType,
  baseImage: { nameFilter: "debian-12-amd64-*", owners: ["136693071363"] },
  runList: ["recipe[base]"],
  chef,
  copies: Object.fromEntries(abroad.map((region) => [region, {}])),
});

export const groups = Object.entries(subnets).map(([region, subnetIds]) => {
  const provider = new aws.Provider(region, { region: region as aws.Region });
  const args = {
    groupName: `${pulumi.getStack()}-web-${region}`,
    imageId: image.imageIds[region],
    instanceType,
    chef,
    runList: ["recipe[base]", "recipe[web]"],
    capacity: { min: 2, max: 6 },
    subnetIds,
  };
  return new ChefAutoScalingGroup(`web-${region}`, args, { provider }).autoScalingGroupName;
});
