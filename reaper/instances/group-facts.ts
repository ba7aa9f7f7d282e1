import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";

/** What Auto Scaling says of a group. */
export interface GroupFacts {
  /** Instances it wants. */
  readonly desired: number;
  readonly region: string;
  readonly accountId: string;
}

/** Undefined where Auto Scaling knows no such group in this region and account. @throws when it does not answer */
export async function describeGroup(
  autoScaling: AutoScalingClient,
  group: string,
  abortSignal?: AbortSignal,
): Promise<GroupFacts | undefined> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group], IncludeInstances: false });
  const { AutoScalingGroups = [] } = await autoScaling.send(command, { abortSignal });
  const found = AutoScalingGroups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === group);
  if (found === undefined) {
    return undefined;
  }
  const [, , , region = "", accountId = ""] = (found.AutoScalingGroupARN ?? "").split(":");
  return { desired: found.DesiredCapacity ?? 0, region, accountId };
}
