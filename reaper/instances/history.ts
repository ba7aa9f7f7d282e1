import { type Activity, type AutoScalingClient, DescribeScalingActivitiesCommand } from "@aws-sdk/client-auto-scaling";

/** 10,000 activities. A group with more within six weeks loses only the oldest of its proof. */
const MOST_PAGES = 100;
const PAGE_SIZE = 100;

/**
 * Time of a group's last scaling activity for each of some instances, milliseconds since 1970. Auto Scaling keeps activities for six weeks.
 * An instance that is missing was not found, which proves nothing.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-verify-scaling-activity.html
 */
export async function findInHistory(
  autoScaling: AutoScalingClient,
  group: string,
  instanceIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(instanceIds);
  const found = new Map<string, number>();
  if (wanted.size === 0) {
    return found;
  }
  let NextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES && found.size < wanted.size; pages++) {
    signal?.throwIfAborted();
    const query = { AutoScalingGroupName: group, IncludeDeletedGroups: true, MaxRecords: PAGE_SIZE, NextToken };
    const page = await autoScaling.send(new DescribeScalingActivitiesCommand(query), { abortSignal: signal });
    for (const activity of page.Activities ?? []) {
      noteActivity(activity, wanted, found);
    }
    NextToken = page.NextToken;
    if (!NextToken) {
      break;
    }
  }
  return found;
}

function noteActivity(activity: Activity, wanted: ReadonlySet<string>, found: Map<string, number>): void {
  // Without a time it is still in progress.
  const time = (activity.EndTime ?? activity.StartTime)?.getTime() ?? Number.POSITIVE_INFINITY;
  for (const id of idsIn(activity.Description ?? "").filter((one) => wanted.has(one))) {
    found.set(id, Math.max(found.get(id) ?? 0, time));
  }
}

/** The instances that an activity's description names, such as "Terminating EC2 instance: i-0123456789abcdef0". */
export function idsIn(description: string): string[] {
  return description.match(/\bi-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g) ?? [];
}
