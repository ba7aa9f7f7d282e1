import { type Activity, type AutoScalingClient, DescribeScalingActivitiesCommand } from "@aws-sdk/client-auto-scaling";
import { age, counted } from "../terminal/text";
import { attempt, type Check, failed, ok, warning } from "./check";

/** Number of newest activities that are checked; a successful launch among them ends a series of failures. */
const PAGE = 100;
/** Number of consecutive failures that can no longer be an accident. */
const LOOP = 3;

/** Whether a group's launches succeed, and AWS's reason if they do not. */
export async function checkLaunches(autoScaling: AutoScalingClient, group: string): Promise<Check> {
  return attempt("launches", async () => {
    const query = { AutoScalingGroupName: group, MaxRecords: PAGE };
    const { Activities = [] } = await autoScaling.send(new DescribeScalingActivitiesCommand(query));
    return judgeLaunches(group, Activities, Date.now());
  });
}

/** @param activities newest first, as AWS lists them */
export function judgeLaunches(group: string, activities: readonly Activity[], now: number): Check {
  const launches = activities.filter(({ Description }) => Description?.startsWith("Launching"));
  const succeeded = launches.findIndex(({ StatusCode }) => StatusCode === "Successful");
  const since = succeeded === -1 ? launches : launches.slice(0, succeeded);
  const failures = since.filter(({ StatusCode }) => StatusCode === "Failed" || StatusCode === "Cancelled");
  const [newest] = failures;
  if (newest === undefined)
    return ok("launches", succeeded === -1 ? "no launch has finished yet" : "the last one succeeded");
  const when = age(now - (newest.EndTime ?? newest.StartTime ?? new Date(now)).getTime());
  const said = `${counted(failures.length, "launch", "launches")} failed since the last successful one, the most recent one ${when} ago: ${newest.StatusMessage ?? newest.Description}`;
  return (failures.length >= LOOP ? failed : warning)("launches", said, ...next(group, newest));
}

/** Where to look: at the instance's console if the instance gave up, otherwise at AWS's message. */
function next(group: string, { Description = "", StatusMessage = "" }: Activity): string[] {
  const instanceId = /\bi-[0-9a-f]+\b/.exec(Description)?.[0];
  if (instanceId === undefined || !/Lifecycle Action/.test(StatusMessage)) return [];
  return [
    `read the instance's console, for about an hour after its termination: aws ec2 get-console-output --latest --output text --instance-id ${instanceId}`,
    `to keep the next failed instance: set 'onFailedBoot' of group '${group}' to "keep"`,
  ];
}
