import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 1, max: 4 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  publicAddress: true, // the default VPC has no NAT gateway
  // Out at 70 % CPU, in at 30 %, one instance at a time
  scaling: { out: {}, in: {} },
});

export const group = web.autoScalingGroupName;
