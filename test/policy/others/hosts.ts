import { TYPE } from "../../../policy/stack/types";
import {
  AL2023,
  attachment,
  document,
  group,
  type OtherProgram,
  res,
  SSH_HOME,
  SUBNETS,
  script,
  serviceRole,
  template,
} from "./program";

/** Public programs with hosts, rewritten: ECS, EKS, bastions, runners, Spot. */
export const HOSTS: Readonly<Record<string, OtherProgram>> = {
  "an ECS cluster on EC2": {
    stack: {
      role: serviceRole("ec2.amazonaws.com"),
      attach: attachment("arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"),
      template: template({
        imageId: "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
        instanceType: "m6i.large",
        userData: script("echo ECS_CLUSTER=web >> /etc/ecs/ecs.config"),
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 },
      }),
      group: group({
        protectFromScaleIn: true,
        tags: [{ key: "AmazonECSManaged", value: "true", propagateAtLaunch: true }],
      }),
    },
    advises: ["launch-template-by-number", "metadata-hop-limit", "image-origin-known"],
  },
  "an EKS cluster with a node group and a template": {
    stack: {
      template: template({
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 },
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 50, volumeType: "gp3" } }],
      }),
      nodes: res(
        TYPE.nodeGroup,
        {
          clusterName: "$unknown",
          nodeRoleArn: "$unknown",
          instanceTypes: ["m6i.large", "m5.large"],
          launchTemplate: { id: "$unknown", version: "$unknown" },
        },
        { launchTemplate: "template" },
      ),
    },
    advises: ["volumes-encrypted"],
  },
  "an EKS self-managed group of spot instances": {
    stack: {
      template: template({
        imageId: "ami-0123456789abcdef0",
        userData: script("/etc/eks/bootstrap.sh web --kubelet-extra-args --node-labels=spot"),
      }),
      group: group(
        {
          launchTemplate: null,
          mixedInstancesPolicy: {
            launchTemplate: {
              launchTemplateSpecification: { launchTemplateId: "$unknown", version: "$Latest" },
              overrides: [{ instanceType: "m5.large" }, { instanceType: "m5a.large" }],
            },
          },
        },
        { mixedInstancesPolicy: "template" },
      ),
    },
    advises: ["image-origin-known", "launch-template-by-number", "metadata-needs-token"],
  },
  "a bastion": {
    stack: {
      ssh: res(TYPE.securityGroup, { ingress: [SSH_HOME] }),
      bastion: res(
        TYPE.instance,
        {
          ami: "ami-0123456789abcdef0",
          instanceType: "t4g.nano",
          associatePublicIpAddress: true,
          vpcSecurityGroupIds: ["$unknown"],
        },
        { vpcSecurityGroupIds: "ssh" },
      ),
    },
    advises: ["no-public-address", "metadata-needs-token", "volumes-encrypted"],
  },
  "a bastion that is open to the world": {
    stack: {
      ssh: res(TYPE.securityGroup, { ingress: [{ ...SSH_HOME, cidrBlocks: ["0.0.0.0/0"] }] }),
      bastion: res(TYPE.instance, { ami: AL2023, instanceType: "t3.nano" }),
    },
    stops: ["no-open-ssh"],
  },
  "runners of GitHub Actions in a spot group": {
    stack: {
      role: serviceRole("ec2.amazonaws.com"),
      policy: res(TYPE.rolePolicy, {
        policy: document(
          { Action: ["ssm:GetParameter"], Resource: "arn:aws:ssm:eu-west-1:123456789012:parameter/runner/*" },
          { Action: ["ec2:DescribeTags", "ec2:DescribeInstances"], Resource: "*" },
        ),
      }),
      template: template({
        imageId: AL2023,
        instanceType: "c6i.xlarge",
        userData: script("TOKEN=$(aws ssm get-parameter --name /runner/token)\n./run.sh --token $TOKEN"),
        instanceMarketOptions: { marketType: "spot" },
      }),
      group: group({}),
      webhook: res(TYPE.function, {
        runtime: "nodejs22.x",
        environment: { variables: { GITHUB_APP_KEY_PARAMETER: "/runner/key" } },
      }),
      url: res(
        TYPE.functionUrl,
        { authorizationType: "AWS_IAM", functionName: "$unknown" },
        { functionName: "webhook" },
      ),
    },
  },
  "a Jenkins controller with its agents": {
    stack: {
      jenkins: res(TYPE.instance, {
        ami: AL2023,
        instanceType: "m6i.large",
        metadataOptions: { httpTokens: "required" },
        rootBlockDevice: { encrypted: true },
      }),
      policy: res(TYPE.rolePolicy, {
        policy: {
          Statement: [
            {
              Effect: "Allow",
              Action: ["ec2:RunInstances", "ec2:TerminateInstances"],
              Resource: ["arn:aws:ec2:eu-west-1:123456789012:instance/*"],
            },
          ],
        },
      }),
    },
    advises: ["image-origin-known"],
  },
  "web servers behind a load balancer, of the provider's examples": {
    stack: {
      sg: res(TYPE.securityGroup, {
        ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }],
        egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
      }),
      template: template(
        {
          imageId: "ami-0123456789abcdef0",
          instanceType: "t3.micro",
          vpcSecurityGroupIds: ["$unknown"],
          userData: script("echo hello > index.html\npython3 -m http.server 80 &"),
        },
        { vpcSecurityGroupIds: "sg" },
      ),
      group: group({ targetGroupArns: ["$unknown"] }),
      attach: res(
        TYPE.attachment,
        { autoscalingGroupName: "$unknown", lbTargetGroupArn: "$unknown" },
        { autoscalingGroupName: "group" },
      ),
    },
    advises: ["elb-health-check", "image-origin-known"],
  },
  "a fleet behind VPC Lattice, which judges it": {
    stack: {
      template: template({ imageId: AL2023, instanceType: "t3.micro" }),
      group: group({
        trafficSources: [{ type: "vpc-lattice", identifier: "$unknown" }],
        healthCheckType: "VPC_LATTICE",
        healthCheckGracePeriod: 300,
      }),
    },
    keepsSilent: ["elb-health-check"],
  },
  "a fleet behind VPC Lattice, which is not asked": {
    stack: {
      template: template({ imageId: AL2023, instanceType: "t3.micro" }),
      group: group({ trafficSources: [{ type: "vpc-lattice", identifier: "$unknown" }], healthCheckType: "EBS,ELB" }),
    },
    advises: ["elb-health-check", "image-origin-known"],
  },
  "a fleet with target tracking": {
    stack: {
      template: template({ imageId: AL2023, instanceType: "t3.micro" }),
      group: group({}),
      tracking: res(
        TYPE.scalingPolicy,
        {
          autoscalingGroupName: "$unknown",
          policyType: "TargetTrackingScaling",
          targetTrackingConfiguration: { targetValue: 50 },
        },
        { autoscalingGroupName: "group" },
      ),
    },
  },
  "a fleet of EC2 for batch work": {
    stack: {
      template: template({ imageId: AL2023, instanceType: "c6i.large" }),
      fleet: res(
        TYPE.fleet,
        {
          launchTemplateConfigs: [
            {
              launchTemplateSpecification: { launchTemplateId: "$unknown", version: "$unknown" },
              overrides: [{ instanceType: "c6i.large" }, { instanceType: "c5.large" }],
            },
          ],
          targetCapacitySpecification: { totalTargetCapacity: 5, defaultTargetCapacityType: "spot" },
        },
        { launchTemplateConfigs: "template" },
      ),
    },
    advises: ["image-origin-known"],
  },
  "AWS Batch": {
    stack: {
      environment: res(TYPE.batchEnvironment, {
        type: "MANAGED",
        computeResources: { type: "SPOT", instanceTypes: ["optimal"], maxVcpus: 16, subnets: SUBNETS },
      }),
    },
  },
  "ECS Anywhere, of pulumi/examples": {
    stack: {
      role: serviceRole("ecs-tasks.amazonaws.com"),
      attach: attachment("arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"),
      policy: res(TYPE.rolePolicy, {
        policy: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["ssmmessages:CreateControlChannel"], Resource: "*" },
            { Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: "*" },
            { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
          ],
        },
      }),
    },
    advises: ["least-privilege"],
  },
  "a server that remote commands provision, of pulumi/examples": {
    stack: {
      secgrp: res(TYPE.securityGroup, { ingress: [{ ...SSH_HOME, cidrBlocks: ["0.0.0.0/0"] }] }),
      server: res(TYPE.instance, { ami: "ami-0123456789abcdef0", instanceType: "t2.micro" }, { keyName: "key" }),
      cat: res(TYPE.remoteCommand, { create: "cat myapp.conf", connection: "$unknown" }, { connection: "server" }),
    },
    stops: ["no-open-ssh"],
    advises: ["image-origin-known"],
  },
  "a launch configuration of an ECS cluster": {
    stack: {
      launch: res(TYPE.launchConfiguration, {
        imageId: "ami-0123456789abcdef0",
        instanceType: "t3.medium",
        userData: "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n",
      }),
      group: group({ launchTemplate: null, launchConfiguration: "$unknown" }, { launchConfiguration: "launch" }),
    },
    advises: ["group-uses-launch-template", "metadata-needs-token", "volumes-encrypted"],
  },
  "user data that only the update tells": {
    stack: {
      cluster: res("aws:ecs/cluster:Cluster", {}),
      template: template({ imageId: AL2023, instanceType: "m6i.large", userData: "$unknown" }, { userData: "cluster" }),
      group: group({}),
    },
    advises: ["properties-known"],
  },
};
