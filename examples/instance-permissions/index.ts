import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();

// The instances may publish to this topic only
const reports = new aws.sns.Topic("reports", { kmsMasterKeyId: "alias/aws/sns" });

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
    policyStatements: [{ Sid: "Report", Effect: "Allow", Action: "sns:Publish", Resource: reports.arn }],
    userData: {
      before: [
        "#cloud-config\nwrite_files:\n- path: /etc/motd\n  content: |\n    Changes here are gone with the instance\n",
        pulumi.interpolate`#!/bin/bash
set -e
aws sns publish --topic-arn ${reports.arn} --message "an instance begins" --output text
echo "this instance may report"
`,
      ],
      after: ['#!/bin/bash\ntest -s /etc/chef/client.pem && echo "converged, and known to the Chef server"\n'],
    },
  },
});

export const group = web.autoScalingGroupName;
export const role = web.instanceRoleName;
