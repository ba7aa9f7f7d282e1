import { TYPE } from "../../policy/stack/types";
import type { Stack, Written } from "./stack";

type Props = Readonly<Record<string, unknown>>;

/** A program as others write it, and what is right to say of it. */
export interface OtherProgram {
  readonly stack: Stack;
  /** Mandatory findings. @default none */
  readonly stops?: readonly string[];
  /** Rules that must advise. @default any */
  readonly advises?: readonly string[];
}

const SUBNETS = ["subnet-1", "subnet-2"];
const AL2023 = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

const at = (region: string, written: Written): Written => ({ ...written, region });
const res = (type: string, props: Props, from: Written["from"] = {}, more: Partial<Written> = {}): Written => ({
  type,
  props,
  from,
  ...more,
});
const template = (props: Props, from: Written["from"] = {}): Written => res(TYPE.launchTemplate, props, from);
const group = (props: Props, from: Written["from"] = { launchTemplate: "template" }): Written =>
  res(
    TYPE.group,
    {
      minSize: 1,
      maxSize: 3,
      vpcZoneIdentifiers: SUBNETS,
      launchTemplate: { id: "$unknown", version: "$Latest" },
      ...props,
    },
    from,
  );
const script = (text: string) => Buffer.from(`#!/bin/bash\n${text}\n`).toString("base64");
const document = (...statements: Props[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.map((one) => ({ Effect: "Allow", ...one })) });
const serviceRole = (service: string): Written =>
  res(TYPE.role, { assumeRolePolicy: document({ Action: "sts:AssumeRole", Principal: { Service: service } }) });
const attachment = (policyArn: string): Written =>
  res(TYPE.rolePolicyAttachment, { role: "$unknown", policyArn }, { role: "role" });
const command = (create: string, more: Props = {}, from: Written["from"] = {}): Written =>
  res(TYPE.command, { create, stdout: "$unknown", ...more }, from);
const SSH_HOME = { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["198.51.100.7/32"] };

/** Shapes of programs as they are public, written again: ECS, EKS, bastions, runners, spot, several regions, Packer by hand. */
export const OTHERS: Readonly<Record<string, OtherProgram>> = {
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
  "a queue and its worker function": {
    stack: {
      queue: res(TYPE.queue, { visibilityTimeoutSeconds: 180 }),
      worker: res(TYPE.function, {
        runtime: "python3.12",
        environment: { variables: { DB_SECRET: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a" } },
      }),
      source: res(
        TYPE.eventSourceMapping,
        { eventSourceArn: "$unknown", functionName: "$unknown" },
        { eventSourceArn: "queue", functionName: "worker" },
      ),
    },
    advises: ["queue-encrypted", "function-dead-letters", "batch-reports-failures"],
  },
  "a topic that fans out to queues": {
    stack: {
      topic: res(TYPE.topic, {}),
      queue: res(TYPE.queue, {}),
      letters: res(TYPE.queue, {}),
      redrive: res(
        TYPE.redrivePolicy,
        { queueUrl: "$unknown", redrivePolicy: "$unknown" },
        { queueUrl: "queue", redrivePolicy: "letters" },
      ),
      policy: res(
        TYPE.queuePolicy,
        { queueUrl: "$unknown", policy: "$unknown" },
        { queueUrl: "queue", policy: ["queue", "topic"] },
      ),
      subscription: res(
        TYPE.topicSubscription,
        { topic: "$unknown", protocol: "sqs", endpoint: "$unknown" },
        { topic: "topic", endpoint: "queue" },
      ),
    },
    advises: ["topic-encrypted"],
  },
  "a topic that loses what its queue cannot handle": {
    stack: {
      topic: res(TYPE.topic, {}),
      queue: res(TYPE.queue, {}),
      subscription: res(
        TYPE.topicSubscription,
        { topic: "$unknown", protocol: "sqs", endpoint: "$unknown" },
        { topic: "topic", endpoint: "queue" },
      ),
    },
    stops: ["dead-letter-queue"],
  },
  "one program for two regions": {
    stack: {
      near: at("eu-west-1", template({ name: "web", imageId: "ami-0aaaaaaaaaaaaaaaa", instanceType: "m6i.large" })),
      far: at("us-east-1", template({ name: "web", imageId: "ami-0bbbbbbbbbbbbbbbb", instanceType: "m6i.large" })),
      nearGroup: at("eu-west-1", group({}, { launchTemplate: "near" })),
      farGroup: at("us-east-1", group({}, { launchTemplate: "far" })),
    },
    advises: ["image-origin-known"],
  },
  "Packer by hand, its manifest read by another command": {
    stack: {
      build: command("packer init . && packer build -var 'instance_type=c6i.large' -var region=eu-west-1 web.pkr.hcl", {
        dir: "images",
      }),
      ami: { ...command("jq -r '.builds[-1].artifact_id' images/manifest.json | cut -d: -f2"), after: ["build"] },
      template: at(
        "eu-west-1",
        template(
          { imageId: "$unknown", instanceType: "c6i.large", metadataOptions: { httpTokens: "required" } },
          { imageId: "ami" },
        ),
      ),
      group: group({}),
    },
  },
  "Packer by hand on another type": {
    stack: {
      build: command("packer build -var instance_type=c6i.large web.pkr.hcl"),
      template: template({ imageId: "$unknown", instanceType: "c6i.xlarge" }, { imageId: "build" }),
      group: group({}),
    },
    stops: ["instance-type-matches-bake"],
  },
  "a wrapper that maps two architectures": {
    stack: {
      x86: command("packer build -var instance_type=c6i.large -var arch=amd64 ."),
      arm: command("packer build -var instance_type=c7g.large -var arch=arm64 ."),
      template: template({ imageId: "$unknown", instanceType: "c7g.large" }, { imageId: ["x86", "arm"] }),
    },
    advises: ["image-origin-known"],
  },
  "Image Builder": {
    stack: {
      infrastructure: res(TYPE.builderInfrastructure, {
        instanceProfileName: "$unknown",
        instanceTypes: ["m6i.large"],
      }),
      image: res(
        TYPE.builderImage,
        { imageRecipeArn: "$unknown", infrastructureConfigurationArn: "$unknown" },
        { infrastructureConfigurationArn: "infrastructure" },
      ),
      template: template({ imageId: "$unknown", instanceType: "m6i.large" }, { imageId: "image" }),
    },
  },
  "aws-native alone": {
    stack: {
      template: res(TYPE.nativeLaunchTemplate, {
        launchTemplateData: { imageId: "ami-0123456789abcdef0", instanceType: "t3.micro" },
      }),
      group: res(
        TYPE.nativeGroup,
        { minSize: "1", maxSize: "2", launchTemplate: { launchTemplateId: "$unknown", version: "$unknown" } },
        { launchTemplate: "template" },
      ),
    },
    advises: ["image-origin-known"],
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
  "a stack that only has a function and a schedule": {
    stack: {
      nightly: res(TYPE.function, { runtime: "nodejs22.x" }),
      rule: res(TYPE.eventRule, { scheduleExpression: "rate(1 day)" }),
      target: res(TYPE.eventTarget, { rule: "$unknown", arn: "$unknown" }, { rule: "rule", arn: "nightly" }),
      permission: res(
        TYPE.permission,
        {
          action: "lambda:InvokeFunction",
          function: "$unknown",
          principal: "events.amazonaws.com",
          sourceArn: "$unknown",
        },
        { function: "nightly", sourceArn: "rule" },
      ),
    },
  },
  "cross-account deployment roles": {
    stack: {
      role: res(TYPE.role, {
        assumeRolePolicy: document({
          Action: "sts:AssumeRole",
          Principal: { AWS: "arn:aws:iam::210987654321:root" },
          Condition: { StringEquals: { "sts:ExternalId": "web" } },
        }),
      }),
      oidc: res(TYPE.role, {
        assumeRolePolicy: document({
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
          Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/web:*" } },
        }),
      }),
    },
  },
  "Chef by hand, without this library": {
    stack: {
      template: template({
        imageId: "ami-0123456789abcdef0",
        instanceType: "m6i.large",
        userData: script(
          "curl -L https://omnitruck.chef.io/install.sh | bash\nchef-client -j /etc/chef/first-boot.json",
        ),
      }),
      group: group({ launchTemplate: { id: "$unknown", version: "1" } }),
    },
    stops: ["cleanup-on-destroy", "terminations-are-told"],
  },
  "Chef in local mode": {
    stack: {
      template: template({
        imageId: "ami-0123456789abcdef0",
        instanceType: "m6i.large",
        userData: script("# chef-client converges here\nchef-client -z -o web"),
      }),
      group: group({}),
    },
  },
};
