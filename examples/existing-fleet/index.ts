/**
 * For a fleet that is older than this package, whose nodes are named after their hosts. The existing group stays as it is;
 * it gets notifications, the queue and the reaper. If there is no node `<group>-<instance id>`, `searchOtherNames` searches
 * for the node by the instance's id, and removes it if it has not converged for two hours.
 *
 * Use it only if every instance has its own node and converges at least every hour, and the Chef server keeps
 * `ec2.instance_id` and `ohai_time`; docs/reaper.md explains why. The reconcile works by name and would find no nodes, so it is
 * turned off: nodes whose message was lost are kept. `chef-autoscaling doctor --function NAME` checks everything else.
 *
 * Configure `chef` and `groupName`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { NotificationQueue, ReaperFunction } from "pulumi-chef-autoscaling";

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
