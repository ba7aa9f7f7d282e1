/**
 * For whoever is on call. The alarms are there in any case; here they tell a topic, which writes a mail, and the group has a
 * dashboard with load, size, messages and removed nodes. docs/notifications.md says which alarms there are.
 *
 * Configure `chef`, `imageId`, `subnetIds` and `onCall`, a mail address. AWS asks it to confirm the subscription.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection } from "pulumi-chef-autoscaling";

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
    // Half an hour in which an instance is missing is long for this team, a quarter is long for a message
    alarms: { actionArns: [pager.arn], missingInstancesSeconds: 1800, oldestMessageSeconds: 900 },
    dashboard: true,
  },
});

export const group = web.autoScalingGroupName;
