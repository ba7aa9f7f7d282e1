import { type AutoScalingClient, paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { didYouMean } from "../../aws/did-you-mean";

/** Of 100 groups each; who has more is not told. */
const MOST_PAGES = 20;

/**
 * The group of this region and account that somebody most likely meant, as `did you mean 'web'?`; undefined where none is near. It
 * helps where something else is told already, so that it never throws.
 */
export async function nearGroup(client: AutoScalingClient, group: string): Promise<string | undefined> {
  const names: string[] = [];
  let pages = 0;
  try {
    for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups(
      { client, pageSize: 100 },
      { IncludeInstances: false },
    )) {
      names.push(...AutoScalingGroups.map(({ AutoScalingGroupName = "" }) => AutoScalingGroupName));
      if (++pages === MOST_PAGES) break;
    }
  } catch {
    // What was listed may do
  }
  return didYouMean(group, names);
}
