/**
 * For people on call. The group has its alarms in any case; here they publish to a topic that sends mail, and the group has
 * a dashboard with load, size, messages and removed nodes. docs/notifications.md lists the alarms.
 *
 * Configure `chef`, `imageId`, `subnetIds` and `onCall`, a mail address, which has to confirm the subscription.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

const pager = new aws.sns.Topic("pager");
new aws.sns.TopicSubscription("on-call", { topic: pager.arn, protocol: "email", endpoint: config.require("onCall") });

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  scaling: { out: { threshold: 70 }, in: { threshold: 30 } },
  observation: {
    // This team wants to know when an instance is missing for half an hour, or a message waits for 15 minutes
    alarms: { actionArns: [pager.arn], missingInstancesSeconds: 1800, oldestMessageSeconds: 900 },
    dashboard: true,
  },
});

export const group = web.autoScalingGroupName;
