import { type AutoScalingClient, paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { didYouMean } from "../../common/did-you-mean";

/** Of 100 groups each; further groups are not considered. */
const MOST_PAGES = 20;

/**
 * The group of this region and account that was most likely meant, as `did you mean 'web'?`; undefined if none is similar. It only
 * supplements another message, so it never throws.
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
    // The groups listed so far are sufficient
  }
  return didYouMean(group, names);
}
