/**
 * For teams that are given a topic and queues. The topic's policy must let Auto Scaling publish, and the queue's policy must
 * let the topic send. `queuePolicy` returns the latter; it is attached here, but belongs into the program that owns the
 * queue: a queue has only one policy, and the group does not change that of a queue which it did not create.
 *
 * Configure `chef`, `imageId`, `subnetIds`, `topicArn` and `queue`: its `url` and `arn`, and those of its dead-letter queue,
 * `deadLetterQueueUrl` and `deadLetterQueueArn`. The visibility timeout of the queue must be at least 180 seconds, six times
 * the function's timeout.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection, ExistingQueue } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, queuePolicy } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const topicArn = config.require("topicArn");
const queue = config.requireObject<ExistingQueue>("queue");

const policy = new aws.sqs.QueuePolicy("events", { queueUrl: queue.url, policy: queuePolicy(topicArn, queue.arn) });

const web = new ChefAutoScalingGroup(
  "web",
  {
    groupName: `${pulumi.getStack()}-web`,
    imageId: config.require("imageId"),
    instanceType: "t3.small",
    chef: config.requireObject<ChefConnection>("chef"),
    runList: ["recipe[web]"],
    capacity: { min: 2, max: 6 },
    subnetIds: config.requireObject<string[]>("subnetIds"),
    notifications: { topicArn, queue },
  },
  { dependsOn: policy }, // messages that are sent before it is attached are lost
);

export const group = web.autoScalingGroupName;
