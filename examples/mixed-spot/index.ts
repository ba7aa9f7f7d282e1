import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const workers = new ChefAutoScalingGroup("workers", {
  groupName: `${pulumi.getStack()}-workers`,
  imageId: config.require("imageId"),
  instanceType: "t3.medium",
  mixedInstances: {
    types: [{ instanceType: "t3.medium" }, { instanceType: "t3a.medium" }, { instanceType: "t2.medium" }],
    onDemandBase: 1,
    onDemandPercentage: 0,
  },
  // AWS launches a replacement before it interrupts a Spot Instance that is at risk
  capacityRebalance: true,
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[worker]"],
  capacity: { min: 3, max: 20 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  publicAddress: true, // the default VPC has no NAT gateway
  scaling: {
    targets: { cpu: { target: 50 } },
    schedules: {
      night: { recurrence: "0 22 * * *", timeZone: "Europe/Berlin", min: 1 },
      morning: { recurrence: "0 6 * * *", timeZone: "Europe/Berlin", min: 3 },
    },
  },
});

export const group = workers.autoScalingGroupName;
