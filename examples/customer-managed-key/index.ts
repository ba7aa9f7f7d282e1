/**
 * For companies that encrypt everything with their own KMS key: the group's volumes, its topic and its queues. The group
 * does not change the policy of a key that it did not create, so the program grants what SNS and Auto Scaling need; without
 * these statements messages are lost silently. The group creates the grant with which Auto Scaling launches instances with
 * encrypted volumes. If such a key also encrypts the keys of the Chef server, set `kmsKeyArn` beside `key` in `chef`.
 *
 * Configure `chef`, `imageId` and `subnetIds`. In an account that never had an Auto Scaling group, run this first, because
 * KMS refuses a policy that names a missing role:
 * `aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com`
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup, notificationKeyStatements } from "pulumi-chef-autoscaling";

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
