import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const image = aws.ec2.getAmiOutput({
  owners: [config.get("imageOwner") ?? "self"],
  filters: [{ name: "name", values: [config.require("imageName")] }],
  mostRecent: true,
});

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: image.id,
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 1, max: 2 },
  availabilityZones: ["us-east-1a"],
  publicAddress: true, // the default VPC has no NAT gateway
  rootVolume: { sizeGib: 20 },
  sessionManager: true,
  // A newer image is rolled out to half of the group, and after an hour to the rest
  rollout: { minHealthyPercentage: 100, checkpointPercentages: [50, 100], checkpointDelaySeconds: 3600 },
});

export const group = web.autoScalingGroupName;
export const imageId = image.id;
