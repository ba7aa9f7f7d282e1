/**
 * The provider's waits for a group's instances, with the rules of terraform-provider-aws:
 * internal/service/autoscaling/group.go, resourceGroupCreate, resourceGroupUpdate and statusGroupCapacity.
 */
import * as sdk from "@aws-sdk/client-auto-scaling";
import { seconds } from "../duration";
import type { Properties } from "../values";
import { describe } from "./group-calls";
import { count, flag, text } from "./reading";
import type { Call, Change } from "./resource-type";
import { waitUntil } from "./waiting";

/** "On creation all targets are minimums." */
export async function waitOnCreate(call: Call, name: string, inputs: Properties, since: Date): Promise<void> {
  const desired = count(inputs, "desiredCapacity") ?? 0;
  const wanted = desired > 0 ? desired : (count(inputs, "minSize") ?? 0);
  await wait(call, name, inputs, since, (healthy) =>
    healthy >= wanted
      ? undefined
      : `want at least ${wanted} healthy instance(s) in Auto Scaling Group, have ${healthy}`,
  );
}

/** "On update all targets are specific.": if the program does not set the desired capacity, it is the one in the state. */
export async function waitOnUpdate(call: Call, change: Change, since: Date): Promise<void> {
  const { id, inputs, oldOutputs } = change;
  if (!change.changed("minSize", "desiredCapacity")) return;
  const desired = count(inputs, "desiredCapacity") ?? count(oldOutputs, "desiredCapacity") ?? 0;
  const wanted = Math.max(count(inputs, "minSize") ?? 0, desired);
  await wait(call, id, inputs, since, (healthy) =>
    healthy === wanted
      ? undefined
      : `want exactly ${wanted} healthy instance(s) in Auto Scaling Group, have ${healthy}`,
  );
}

async function wait(
  call: Call,
  name: string,
  inputs: Properties,
  since: Date,
  missing: (healthy: number) => string | undefined,
): Promise<void> {
  const limitSeconds = seconds(text(inputs, "waitForCapacityTimeout") ?? "10m");
  if (limitSeconds === 0) return;
  await waitUntil(`the capacity of '${name}'`, limitSeconds, async () => {
    if (flag(inputs, "ignoreFailedScalingActivities") !== true) await refuseFailures(call, name, since);
    const instances = (await describe(call, name))?.Instances ?? [];
    const ready = instances.filter((one) => one.LifecycleState === "InService" && one.HealthStatus === "Healthy");
    return missing(ready.reduce((sum, one) => sum + Number(one.WeightedCapacity ?? 1), 0));
  });
}

/** A failed activity ends the wait, except for an instance profile that IAM does not know yet, which "will likely be retried". */
async function refuseFailures(call: Call, name: string, since: Date): Promise<void> {
  const request = new sdk.DescribeScalingActivitiesCommand({ AutoScalingGroupName: name });
  const { Activities = [] } = await call.clients.autoScaling.send(request);
  const failed = Activities.filter(
    ({ StatusCode, Progress, StartTime, StatusMessage }) =>
      StatusCode === "Failed" &&
      Progress === 100 &&
      StartTime !== undefined &&
      StartTime > since &&
      !StatusMessage?.includes("Invalid IAM Instance Profile"),
  );
  if (failed.length === 0) return;
  throw new Error(
    failed.map((one) => `scaling activity (${one.ActivityId}): ${one.StatusCode}: ${one.StatusMessage}`).join("\n"),
  );
}
