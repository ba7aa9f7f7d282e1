import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "pulumi-chef-autoscaling";
import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";

const config = new pulumi.Config();
const name = `${pulumi.getStack()}-web`;

const vpcId = config.require("vpcId");

const balancerAccess = new aws.ec2.SecurityGroup("balancer", {
  description: "Whoever may call the load balancer",
  vpcId,
  ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }],
  egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});
const balancer = new aws.lb.LoadBalancer("web", {
  loadBalancerType: "application",
  securityGroups: [balancerAccess.id],
  subnets: config.requireObject<string[]>("publicSubnetIds"),
});
const targets = new aws.lb.TargetGroup("web", {
  vpcId,
  port: 8080,
  protocol: "HTTP",
  deregistrationDelay: 60,
  healthCheck: { path: "/health" },
});
new aws.lb.Listener("web", {
  loadBalancerArn: balancer.arn,
  port: 80,
  protocol: "HTTP",
  defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
});

const web = new ChefAutoScalingGroup("web", {
  groupName: name,
  imageId: config.require("imageId"),
  instanceType: "t3.small",
  chef: config.requireObject<ChefConnection>("chef"),
  runList: ["recipe[web]"],
  capacity: { min: 2, max: 6 },
  subnetIds: config.requireObject<string[]>("privateSubnetIds"),
  ingress: [{ fromPort: 8080, securityGroupIds: [balancerAccess.id], description: "the load balancer" }],
  targetGroupArns: [targets.arn],
  // Long enough for the first Chef run, before health checks count
  health: { kind: "elb", gracePeriodSeconds: 600 },
  scaling: { out: { threshold: 60 }, in: { threshold: 25 } },
});

export const group = web.autoScalingGroupName;
export const targetGroupArn = targets.arn;
export const url = pulumi.interpolate`http://${balancer.dnsName}/`;
