/**
 * For software that takes long to converge. Two instances at least have run Chef and wait, stopped; a scale-out starts one
 * in the time of a boot. Scale-in puts them back: the reaper keeps the node of an instance that goes to the pool, and removes
 * it when the instance is terminated. A run list is applied once, before the pool, so that a timer of the Chef client has
 * to bring an instance up to date that leaves it.
 *
 * Configure `chef`, `imageId` and `subnetIds`.
 */
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[chef-client-timer]", "recipe[web]"],
  capacity: { min: 2, max: 12 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  warmPool: { state: "Stopped", minimumSize: 2, maximumPrepared: 8, reuseOnScaleIn: true },
  hooks: { launch: { heartbeatSeconds: 1800 } },
  scaling: { out: { threshold: 60 }, in: { threshold: 25 } },
});

export const group = web.autoScalingGroupName;
