/**
 * For a team that is given its topics and queues. The topic's policy must let Auto Scaling publish, the queue's must let
 * the topic send: `queuePolicy` writes the latter, and is shown here, though it belongs into its owner's program. AWS
 * knows one policy for a queue, and the group touches none that it did not make.
 *
 * Configure `chef`, `imageId`, `subnetIds`, `topicArn` and `queue`: its `url` and `arn`, and those of its dead letters,
 * `deadLetterQueueUrl` and `deadLetterQueueArn`. The queue hides a message for 180 seconds at least, six times what
 * the function may take.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection, type ExistingQueue, queuePolicy } from "pulumi-chef-autoscaling";

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
  { dependsOn: policy }, // what is sent before it stands is lost
);

export const group = web.autoScalingGroupName;
