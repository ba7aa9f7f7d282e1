/**
 * For a team whose software needs more of AWS than the first boot does. By itself the instances' role reads the
 * validator's key and answers the launch hook; what stands here comes on top. A statement that would let an instance
 * read the operator's key is refused before anything is created.
 *
 * Configure `chef`, `imageId`, `subnetIds` and `releases`, the name of a bucket.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const jobs = new aws.sqs.Queue("jobs", { sqsManagedSseEnabled: true });

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  instance: {
    policyStatements: [
      { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${config.require("releases")}/web/*` },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: jobs.arn },
    ],
    managedPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"],
  },
});

export const group = web.autoScalingGroupName;
/** For the policy of whatever else lets these instances in, such as a bucket of another account. */
export const role = web.instanceRoleArn;
