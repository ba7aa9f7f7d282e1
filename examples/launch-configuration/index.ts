import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const legacy = new ChefAutoScalingGroup("legacy", {
  groupName: `${pulumi.getStack()}-legacy`,
  launch: "configuration",
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[legacy]"],
  capacity: { min: 1, max: 3 },
  availabilityZones: ["us-east-1a"],
  publicAddress: true, // the default VPC has no NAT gateway
  scaling: {
    out: { threshold: 80, adjustment: 2, policy: { kind: "simple", cooldownSeconds: 600 } },
    in: { threshold: 20, policy: { kind: "simple", cooldownSeconds: 600 } },
  },
});

export const group = legacy.autoScalingGroupName;
