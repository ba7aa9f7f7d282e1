/**
 * For a company that wants its own KMS key wherever AWS keeps something: volumes, topic and queues of the group. The key's
 * policy is its owner's, so that what SNS and Auto Scaling need of it stands here; without it messages are lost without a
 * word. The grant by which Auto Scaling starts instances on encrypted volumes is made by the group. Keys of the Chef
 * server that such a key encrypts are named in `chef`, by `kmsKeyArn` beside `key`.
 *
 * Configure `chef`, `imageId` and `subnetIds`. In an account that never had a group, first:
 * `aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com`, for KMS takes no policy that names a
 * role which is not there.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection, notificationKeyStatements } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const { accountId } = aws.getCallerIdentityOutput();
const autoScaling = pulumi.interpolate`arn:aws:iam::${accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;

const owner = { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` };
const key = new aws.kms.Key("fleet", {
  description: "Volumes and messages of the fleet",
  enableKeyRotation: true,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "Owner", Effect: "Allow", Principal: owner, Action: "kms:*", Resource: "*" },
      ...notificationKeyStatements(autoScaling),
    ],
  }),
});

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("subnetIds"),
  rootVolume: { kmsKeyArn: key.arn },
  instance: { volumes: [{ deviceName: "/dev/sdf", sizeGib: 50, mountPoint: "/data", kmsKeyArn: key.arn }] },
  notifications: { kmsKeyArn: key.arn },
});

export const group = web.autoScalingGroupName;
