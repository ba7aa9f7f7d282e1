/**
 * For AWS settings that this package has no argument for. `passOn` has a key for each resource, with the names and types of
 * the provider. Properties that the package sets itself are refused, and the message names the argument to use instead.
 *
 * Configure `chef`, `imageId` and `subnetIds`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const apart = new aws.ec2.PlacementGroup("web", { strategy: "spread" });

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  passOn: {
    launchTemplate: { ebsOptimized: "true", creditSpecification: { cpuCredits: "standard" } },
    group: { placementGroup: apart.id },
    function: { memorySize: 512, tracingConfig: { mode: "Active" } },
    queue: { tags: { "cost-center": "4711" } },
  },
});

export const group = web.autoScalingGroupName;
