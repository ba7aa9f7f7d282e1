import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, ChefImage } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const chef = config.requireObject<ChefConnection>("chef");
const stack = pulumi.getStack();
const instanceType = "t3.small";

const image = new ChefImage("base", {
  imageName: `${stack}-base`,
  instanceType,
  baseImage: { nameFilter: "debian-12-amd64-*", owners: [config.get("imageOwner") ?? "136693071363"] },
  chef,
  onDestroy: "delete",
});

const common = {
  imageId: image.imageId,
  instanceType,
  chef,
  availabilityZones: ["us-east-1a", "us-east-1b"],
  publicAddress: true, // the default VPC has no NAT gateway
};

const web = new ChefAutoScalingGroup("web", {
  ...common,
  groupName: `${stack}-web`,
  runList: ["recipe[web]"],
  capacity: { min: 1, max: 4 },
  scaling: { out: {}, in: {} },
});

const jobs = new ChefAutoScalingGroup("jobs", {
  ...common,
  groupName: `${stack}-jobs`,
  runList: ["recipe[jobs]"],
  capacity: { min: 1, max: 2 },
  // The reaper removes node and client before the instance is terminated
  hooks: { terminate: { heartbeatSeconds: 900 } },
});

export const imageId = image.imageId;
export const groups = [web.autoScalingGroupName, jobs.autoScalingGroupName];
