import {
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import type { AwsClients } from "../services/aws-clients";

/** An Auto Scaling Group as DescribeAutoScalingGroups returns it. */
export interface GroupView {
  readonly desired: number;
  /** Ids of the instances in service. */
  readonly inService: readonly string[];
  /** Ids of all instances in any state. */
  readonly all: readonly string[];
}

/** The group, or undefined if none has this name. */
export async function findGroup({ autoScaling }: AwsClients, name: string): Promise<GroupView | undefined> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const [group] = (await autoScaling.send(command)).AutoScalingGroups ?? [];
  if (!group) {
    return undefined;
  }
  const instances = group.Instances ?? [];
  return {
    desired: group.DesiredCapacity ?? 0,
    inService: instances.filter((each) => each.LifecycleState === "InService").map((each) => each.InstanceId ?? ""),
    all: instances.map((each) => each.InstanceId ?? ""),
  };
}

/** @throws if no group has this name */
export async function describeGroup(aws: AwsClients, name: string): Promise<GroupView> {
  const group = await findGroup(aws, name);
  if (!group) {
    throw new Error(`there is no Auto Scaling Group '${name}'`);
  }
  return group;
}

/** An alarm that acts on a group. */
export interface AlarmView {
  readonly name: string;
  readonly state: string;
  readonly direction: "out" | "in";
}

/** The alarms that scale a group. Alarms that scale out fire above their threshold. */
export async function alarmsOf({ cloudWatch }: AwsClients, groupName: string): Promise<AlarmView[]> {
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  const scales = (action: string) => action.includes(":scalingPolicy:") && action.includes(`/${groupName}:`);
  return MetricAlarms.filter(({ AlarmActions }) => AlarmActions?.some(scales)).map((alarm) => ({
    name: alarm.AlarmName ?? "",
    state: alarm.StateValue ?? "",
    direction: alarm.ComparisonOperator?.startsWith("Greater") ? "out" : "in",
  }));
}

/** Causes of the group's scaling activities, newest first. */
export async function causesOf({ autoScaling }: AwsClients, groupName: string): Promise<string[]> {
  const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: groupName });
  return ((await autoScaling.send(command)).Activities ?? []).map((activity) => activity.Cause ?? "");
}

/** Status of the most recent instance refresh, with its reason if it has one. */
export async function refreshOf(aws: AwsClients, groupName: string): Promise<string> {
  const newest = await newestRefresh(aws, groupName);
  return [newest?.status ?? "none", newest?.reason].filter(Boolean).join(": ");
}

/** The most recent instance refresh of a group, if there is one. */
export async function newestRefresh({ autoScaling }: AwsClients, groupName: string) {
  const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: groupName });
  const [newest] = (await autoScaling.send(command)).InstanceRefreshes ?? [];
  if (!newest) return undefined;
  return { id: newest.InstanceRefreshId ?? "", status: newest.Status ?? "", reason: newest.StatusReason };
}

/** The image of each instance. */
export async function imagesOf({ ec2 }: AwsClients, instanceIds: readonly string[]): Promise<string[]> {
  if (instanceIds.length === 0) {
    return [];
  }
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [...instanceIds] }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map((instance) => instance.ImageId ?? ""));
}
