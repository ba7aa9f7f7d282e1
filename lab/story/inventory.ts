import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { paginateDescribeAutoScalingGroups, paginateDescribeLaunchConfigurations } from "@aws-sdk/client-auto-scaling";
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeImagesCommand,
  DescribeKeyPairsCommand,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeSecurityGroups,
  paginateDescribeSnapshots,
} from "@aws-sdk/client-ec2";
import { paginateListInstanceProfiles, paginateListRoles } from "@aws-sdk/client-iam";
import { paginateListEventSourceMappings, paginateListFunctions } from "@aws-sdk/client-lambda";
import { paginateListSubscriptions, paginateListTopics } from "@aws-sdk/client-sns";
import { paginateListQueues } from "@aws-sdk/client-sqs";
import type { Lab } from "../services/lab";
import { all, ids, type Listings } from "./listings";
import { platformListings } from "./platform-listings";

/** Names of everything that exists, by kind. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/** Lists everything of the kinds that the stack creates: on the Chef server, in the emulator and on this machine. */
export async function takeInventory(lab: Lab): Promise<Inventory> {
  const kinds = Object.entries(listings(lab));
  const listed = await Promise.all(kinds.map(async ([kind, list]) => [kind, (await list()).sort()] as const));
  return Object.fromEntries(listed);
}

/** What is in `after` but not in `before`, each as "kind name". */
export function leftOver(before: Inventory, after: Inventory): string[] {
  return Object.entries(after).flatMap(([kind, names]) =>
    names.filter((name) => !before[kind]?.includes(name)).map((name) => `${kind} ${name}`),
  );
}

function listings(lab: Lab): Listings {
  return {
    nodes: () => lab.chef.listNodes(),
    clients: () => lab.chef.listClients(),
    ...machineListings(lab),
    ...groupListings(lab),
    ...serviceListings(lab),
    ...platformListings(lab),
  };
}

function machineListings({ aws: { ec2: client }, runDir }: Lab): Listings {
  const alive = ["pending", "running", "shutting-down", "stopping", "stopped"];
  const Filters = [{ Name: "instance-state-name", Values: alive }];
  const own = { OwnerIds: ["self"] };
  return {
    instances: () =>
      all(paginateDescribeInstances({ client }, { Filters }), (page) =>
        page.Reservations?.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId)),
      ),
    sandboxes: () => runningSandboxes(runDir),
    images: async () => ids((await client.send(new DescribeImagesCommand({ Owners: ["self"] }))).Images, "ImageId"),
    snapshots: () => all(paginateDescribeSnapshots({ client }, own), (page) => ids(page.Snapshots, "SnapshotId")),
    "key pairs": async () => ids((await client.send(new DescribeKeyPairsCommand({}))).KeyPairs, "KeyName"),
    "security groups": () =>
      all(paginateDescribeSecurityGroups({ client }, {}), (page) => ids(page.SecurityGroups, "GroupName")),
    "launch templates": () =>
      all(paginateDescribeLaunchTemplates({ client }, {}), (page) => ids(page.LaunchTemplates, "LaunchTemplateName")),
  };
}

function groupListings({ aws: { autoScaling: client, cloudWatch } }: Lab): Listings {
  return {
    groups: () =>
      all(paginateDescribeAutoScalingGroups({ client }, {}), (page) =>
        ids(page.AutoScalingGroups, "AutoScalingGroupName"),
      ),
    "launch configurations": () =>
      all(paginateDescribeLaunchConfigurations({ client }, {}), (page) =>
        ids(page.LaunchConfigurations, "LaunchConfigurationName"),
      ),
    alarms: () =>
      all(paginateDescribeAlarms({ client: cloudWatch }, {}), (page) => ids(page.MetricAlarms, "AlarmName")),
  };
}

function serviceListings({ aws: { iam, lambda, logs, sns, sqs } }: Lab): Listings {
  return {
    // Auto Scaling's service-linked role was created with the account's first group and remains, as in AWS.
    roles: () =>
      all(paginateListRoles({ client: iam }, {}), ({ Roles = [] }) =>
        ids(
          Roles.filter(({ Path }) => !Path?.startsWith("/aws-service-role/")),
          "RoleName",
        ),
      ),
    "instance profiles": () =>
      all(paginateListInstanceProfiles({ client: iam }, {}), (page) =>
        ids(page.InstanceProfiles, "InstanceProfileName"),
      ),
    functions: () => all(paginateListFunctions({ client: lambda }, {}), (page) => ids(page.Functions, "FunctionName")),
    "event source mappings": () =>
      all(paginateListEventSourceMappings({ client: lambda }, {}), (page) => ids(page.EventSourceMappings, "UUID")),
    "log groups": () =>
      all(paginateDescribeLogGroups({ client: logs }, {}), (page) => ids(page.logGroups, "logGroupName")),
    topics: () => all(paginateListTopics({ client: sns }, {}), (page) => ids(page.Topics, "TopicArn")),
    subscriptions: () =>
      all(paginateListSubscriptions({ client: sns }, {}), (page) => ids(page.Subscriptions, "SubscriptionArn")),
    queues: () => all(paginateListQueues({ client: sqs }, {}), (page) => page.QueueUrls),
  };
}

/** Instances of the emulator are processes on this machine. Each keeps its process id in its folder while it runs. */
async function runningSandboxes(runDir: string): Promise<string[]> {
  const instances = join(runDir, "instances");
  const running: string[] = [];
  for (const id of await readdir(instances).catch(emptyWhenMissing)) {
    if ((await readdir(join(instances, id))).includes("pid")) {
      running.push(id);
    }
  }
  return running;
}

function emptyWhenMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") {
    return [];
  }
  throw error;
}
