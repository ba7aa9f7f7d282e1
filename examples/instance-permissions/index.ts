import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup, type ChefConnection } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

// What the instances work on, and nothing else, is theirs to read
const jobs = new aws.sqs.Queue("jobs", { visibilityTimeoutSeconds: 60 });
const Action = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"];

const web = new ChefAutoScalingGroup("web", {
  groupName: `${pulumi.getStack()}-web`,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 1, max: 2 },
  availabilityZones: ["us-east-1a"],
  publicAddress: true, // the default VPC has no NAT gateway
  instance: {
    policyStatements: [{ Sid: "Work", Effect: "Allow", Action, Resource: jobs.arn }],
    userData: {
      before: [
        "#cloud-config\nwrite_files:\n- path: /etc/motd\n  content: |\n    Changes here are gone with the instance\n",
        pulumi.interpolate`#!/bin/bash
set -e
aws sqs get-queue-attributes --queue-url ${jobs.url} --attribute-names QueueArn --output text
echo "this instance may work"
`,
      ],
      after: ['#!/bin/bash\ntest -s /etc/chef/client.pem && echo "converged, and known to the Chef server"\n'],
    },
  },
});

export const group = web.autoScalingGroupName;
export const role = web.instanceRoleName;
