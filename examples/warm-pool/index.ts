/**
 * For software that takes long to converge. At least two instances have run Chef and wait, stopped; a scale-out only has to
 * boot one of them. A scale-in returns instances to the pool. The reaper keeps the node of an instance that returns to the
 * pool, and removes it when the instance is terminated. The run list is applied once, before an instance enters the pool: a
 * timer of the Chef client, which `recipe[base]` may set up, updates an instance that has waited.
 *
 * Configure `chef`, `imageId` and `subnetIds`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[base]", "recipe[web]"],
  capacity: { min: 2, max: 12 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  warmPool: { state: "Stopped", minimumSize: 2, maximumPrepared: 8, reuseOnScaleIn: true },
  hooks: { launch: { heartbeatSeconds: 1800 } },
  scaling: { out: { threshold: 60 }, in: { threshold: 25 } },
});

export const group = web.autoScalingGroupName;
