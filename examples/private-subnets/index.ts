/**
 * For a VPC without a NAT gateway, and a Chef server with a private address: instances and the reaper's function use an
 * interface endpoint for each service below, and `chef.readFrom` permits reading the validator's key only from this VPC.
 * Keys in Secrets Manager need `secretsmanager` instead of `ssm`; Fargate also `logs`, `ecr.api`, `ecr.dkr` and S3's gateway.
 *
 * Configure `chef`, `imageId`, `vpcId`, `vpcCidr` and `subnetIds`.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-version-migration.html
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const [vpcId, vpcCidr] = [config.require("vpcId"), config.require("vpcCidr")];
const subnetIds = config.requireObject<string[]>("subnetIds");

const CALLED = {
  ssm: "an instance reads the validator's key, the reaper the operator's",
  autoscaling: "an instance answers its launch hook, the reaper asks for a group's instances and activities",
  ec2: "the reaper asks whether an instance is gone",
  sqs: "the reaper sets aside what it does not believe",
};

const access = new aws.ec2.SecurityGroup("endpoints", {
  description: "Calls of AWS from within the VPC",
  vpcId,
  ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [vpcCidr] }],
});
const { region } = aws.getRegionOutput();
const endpoints = Object.entries(CALLED).map(
  ([service, why]) =>
    new aws.ec2.VpcEndpoint(service, {
      vpcId,
      serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds,
      securityGroupIds: [access.id],
      tags: { Name: service, Why: why },
    }),
);

const web = new ChefAutoScalingGroup(
  "web",
  {
    groupName: `${pulumi.getStack()}-web`,
    imageId: config.require("imageId"),
    instanceType: "t3.small",
    chef: { ...config.requireObject<ChefConnection>("chef"), readFrom: { vpcIds: [vpcId] } },
    runList: ["recipe[web]"],
    capacity: { min: 2, max: 6 },
    subnetIds,
    instance: { egress: [{ fromPort: 443, cidrBlocks: [vpcCidr], description: "endpoints and Chef server" }] },
    reaper: { vpc: { subnetIds } },
  },
  { dependsOn: endpoints }, // otherwise the first instances could not read the key
);

export const group = web.autoScalingGroupName;
