/**
 * For fleets with tens of thousands of messages at a time, or for teams that run containers rather than functions: the
 * reaper is a service on Fargate, in your subnets and without a public address. It scales with the number of waiting
 * messages, and it reconciles too. Build its image from the package's `container/Dockerfile`.
 *
 * Configure `chef`, `imageId`, `subnetIds` and `reaperImage`, such as
 * 123456789012.dkr.ecr.eu-west-3.amazonaws.com/chef-reaper:1.2.0.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const subnetIds = config.requireObject<string[]>("subnetIds");

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 200 },
  subnetIds,
  scaling: { out: {}, in: {} },
  reaper: {
    mode: "service",
    service: { image: config.require("reaperImage"), subnetIds, maxTasks: 8 },
    reconcile: { scheduleExpression: "rate(2 hours)" },
  },
});

export const group = web.autoScalingGroupName;
