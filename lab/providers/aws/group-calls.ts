import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { pascal } from "./pascal";
import { needText, texts } from "./reading";
import type { Call, Change } from "./resource-type";
import { waitUntil } from "./waiting";

/** The true provider's default: internal/service/autoscaling/group.go, `Timeouts`. It waits as long for each step. */
export const DELETE_LIMIT_SECONDS = 600;

/** Resumes the processes in `before` that are not in `after`, then suspends those in `after`. */
export async function suspend(call: Call, name: string, before: string[], after: string[]): Promise<void> {
  const resumed = before.filter((process) => !after.includes(process));
  const target = { AutoScalingGroupName: name };
  if (resumed.length > 0) {
    await call.clients.autoScaling.send(new sdk.ResumeProcessesCommand({ ...target, ScalingProcesses: resumed }));
  }
  if (after.length > 0) {
    await call.clients.autoScaling.send(new sdk.SuspendProcessesCommand({ ...target, ScalingProcesses: after }));
  }
}

/** Enables the collection of the metrics in the inputs, and disables those in `before` that are no longer there. */
export async function collectMetrics(call: Call, name: string, before: string[], inputs: Properties): Promise<void> {
  const after = texts(inputs, "enabledMetrics") ?? [];
  const dropped = before.filter((metric) => !after.includes(metric));
  const target = { AutoScalingGroupName: name };
  if (dropped.length > 0) {
    await call.clients.autoScaling.send(new sdk.DisableMetricsCollectionCommand({ ...target, Metrics: dropped }));
  }
  if (after.length > 0) {
    const Granularity = needText(inputs, "metricsGranularity");
    await call.clients.autoScaling.send(
      new sdk.EnableMetricsCollectionCommand({ ...target, Metrics: after, Granularity }),
    );
  }
}

/** Attaches target groups that were added to the inputs and detaches those that were removed. */
export async function attachTargets(call: Call, { id, oldInputs, inputs }: Change): Promise<void> {
  const before = texts(oldInputs, "targetGroupArns") ?? [];
  const after = texts(inputs, "targetGroupArns") ?? [];
  const gone = before.filter((arn) => !after.includes(arn));
  const added = after.filter((arn) => !before.includes(arn));
  const client = call.clients.autoScaling;
  const target = { AutoScalingGroupName: id };
  if (gone.length > 0)
    await client.send(new sdk.DetachLoadBalancerTargetGroupsCommand({ ...target, TargetGroupARNs: gone }));
  if (added.length > 0)
    await client.send(new sdk.AttachLoadBalancerTargetGroupsCommand({ ...target, TargetGroupARNs: added }));
}

/** Creates, changes or deletes the warm pool. */
export async function keepWarm(call: Call, name: string, inputs: Properties): Promise<void> {
  const target = { AutoScalingGroupName: name };
  if (inputs.warmPool === undefined) {
    await dropWarmPool(call, name);
    return;
  }
  const pool = pascal<Omit<sdk.PutWarmPoolCommandInput, "AutoScalingGroupName">>(inputs.warmPool as Properties);
  await call.clients.autoScaling.send(new sdk.PutWarmPoolCommand({ ...target, ...pool }));
}

/** Deletes the warm pool with its instances. AWS does not delete a group that has one. */
export async function dropWarmPool(call: Call, name: string): Promise<void> {
  const request = new sdk.DeleteWarmPoolCommand({ AutoScalingGroupName: name, ForceDelete: true });
  await unlessGone(call.clients.autoScaling.send(request));
}

/** Scales the group to zero and waits until the last instance is gone. */
export async function drain(call: Call, name: string, limitSeconds: number): Promise<void> {
  await liftProtection(call, name);
  await call.clients.autoScaling.send(
    new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 }),
  );
  await waitUntil(`the instances of '${name}' to go`, limitSeconds, async () => {
    const left = (await describe(call, name))?.Instances ?? [];
    return left.length === 0
      ? undefined
      : `${left.map((one) => `${one.InstanceId} ${one.LifecycleState}`).join(", ")} left`;
  });
}

/** Removes scale-in protection, as the true provider does; protected instances would never be terminated. */
async function liftProtection(call: Call, name: string): Promise<void> {
  const members = (await describe(call, name))?.Instances ?? [];
  const InstanceIds = members.flatMap((one) => (one.ProtectedFromScaleIn && one.InstanceId ? [one.InstanceId] : []));
  if (InstanceIds.length === 0) return;
  await call.clients.autoScaling.send(
    new sdk.SetInstanceProtectionCommand({ AutoScalingGroupName: name, InstanceIds, ProtectedFromScaleIn: false }),
  );
}

/** The group as AWS describes it; undefined if it does not exist. */
export async function describe(call: Call, name: string): Promise<sdk.AutoScalingGroup | undefined> {
  const answer = await call.clients.autoScaling.send(
    new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  return answer.AutoScalingGroups?.[0];
}
