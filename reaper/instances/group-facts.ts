import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";

/** What Auto Scaling knows about a group. */
export interface GroupFacts {
  /** Desired capacity. */
  readonly desired: number;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Undefined if Auto Scaling does not know the group in this region and account.
 *
 * @throws if it does not respond
 */
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
