/**
 * For a fleet that was there before this package, whose nodes are called after their hosts. The group stays as it is; it
 * gets the announcements, the queue and the reaper. `searchOtherNames` finds a node by the instance's id where none is
 * called `<group>-<instance id>`, and removes it once nothing has converged as it for two hours.
 *
 * Only where every instance has a node of its own, converges every hour at least, and the Chef server keeps
 * `ec2.instance_id` and `ohai_time`: docs/reaper.md says why. The reconcile goes by name and would find none, so it is
 * off, and what no message told of stays. `chef-autoscaling doctor --function NAME` looks after the rest.
 *
 * Configure `chef` and `groupName`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ChefConnection, NotificationQueue, ReaperFunction } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const groupName = config.require("groupName");
const timeoutSeconds = 30;

const fleet = aws.autoscaling.Group.get("fleet", groupName);
const events = new NotificationQueue("fleet-events", { autoScalingGroup: fleet, readerTimeoutSeconds: timeoutSeconds });
const reaper = new ReaperFunction("fleet-reaper", {
  chef: config.requireObject<ChefConnection>("chef"),
  groupNames: [groupName],
  queue: events,
  timeoutSeconds,
  searchOtherNames: true,
  reconcile: false,
});

export const reaperFunction = reaper.functionName;
