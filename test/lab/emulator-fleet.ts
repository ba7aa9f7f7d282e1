/** Creates groups with topic and queue in the emulator, for the tests of this folder. */
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DescribeAutoScalingGroupsCommand,
  PutNotificationConfigurationCommand,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Emulator } from "./emulator-process";

export interface Notice {
  readonly Event: string;
  readonly EC2InstanceId?: string;
  readonly [key: string]: unknown;
}

export function clientsOf({ client }: Emulator) {
  return {
    groups: new AutoScalingClient(client),
    ec2: new EC2Client(client),
    watch: new CloudWatchClient(client),
    topics: new SNSClient(client),
    queues: new SQSClient(client),
  };
}
export type Clients = ReturnType<typeof clientsOf>;

export async function baseImage({ ec2 }: Clients): Promise<string> {
  const filter = { Name: "name", Values: ["debian-12-amd64-*"] };
  const { Images } = await ec2.send(new DescribeImagesCommand({ Filters: [filter] }));
  return String(Images?.[0]?.ImageId);
}

export async function makeTemplate(clients: Clients, name: string, userData = ""): Promise<string> {
  const LaunchTemplateData = {
    ImageId: await baseImage(clients),
    InstanceType: "t3.small" as const,
    UserData: Buffer.from(userData).toString("base64"),
  };
  const made = await clients.ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: name, LaunchTemplateData }),
  );
  return String(made.LaunchTemplate?.LaunchTemplateId);
}

export async function newVersion({ ec2 }: Clients, id: string): Promise<string> {
  const LaunchTemplateData = { InstanceType: "t3.medium" as const };
  const made = await ec2.send(
    new CreateLaunchTemplateVersionCommand({ LaunchTemplateId: id, SourceVersion: "1", LaunchTemplateData }),
  );
  return String(made.LaunchTemplateVersion?.VersionNumber);
}

export async function makeGroup(
  clients: Clients,
  name: string,
  template: string,
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): Promise<void> {
  const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}));
  await clients.groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateId: template, Version: "1" },
      MinSize: 1,
      MaxSize: 3,
      VPCZoneIdentifier: Subnets.slice(0, 2)
        .map((subnet) => subnet.SubnetId)
        .join(","),
      ...more,
    }),
  );
}

/** Subscribes a queue to the group's launch and terminate messages, and to `more`. The returned function reads them, except test messages. */
export async function listen(
  clients: Clients,
  group: string,
  more: readonly string[] = [],
): Promise<() => Promise<Notice[]>> {
  const { TopicArn } = await clients.topics.send(new CreateTopicCommand({ Name: group }));
  const Endpoint = `arn:aws:sqs:us-east-1:123456789012:${group}`;
  const Principal = { Service: "sns.amazonaws.com" };
  const Policy = JSON.stringify({
    Statement: [{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: Endpoint }],
  });
  const { QueueUrl } = await clients.queues.send(new CreateQueueCommand({ QueueName: group, Attributes: { Policy } }));
  await clients.topics.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  const NotificationTypes = ["autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE", ...more];
  await clients.groups.send(
    new PutNotificationConfigurationCommand({ AutoScalingGroupName: group, TopicARN: TopicArn, NotificationTypes }),
  );
  const seen: Notice[] = [];
  return async () => {
    const { Messages = [] } = await clients.queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      seen.push(JSON.parse(JSON.parse(Body).Message));
      await clients.queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return seen.filter((notice) => notice.Event !== "autoscaling:TEST_NOTIFICATION");
  };
}

export async function describe({ groups }: Clients, name: string) {
  const found = await groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
  return found.AutoScalingGroups?.[0];
}

export async function members(clients: Clients, name: string) {
  return (await describe(clients, name))?.Instances ?? [];
}
