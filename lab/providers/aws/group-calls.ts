import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { pascal } from "./pascal";
import { needText, texts } from "./reading";
import type { Call, Change } from "./resource-type";
import { waitUntil } from "./waiting";

/** How long the last instance of a deleted group may take to go. */
export const DRAIN_LIMIT_SECONDS = 600;

/** Suspends what is suspended now, and resumes what was. */
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

/** Collects the enabled metrics, and no longer those that were. */
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

/** Registers the group with the target groups that came, and takes it from those that went. */
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

/** Makes, changes or drops the warm pool. */
export async function keepWarm(call: Call, name: string, inputs: Properties): Promise<void> {
  const target = { AutoScalingGroupName: name };
  if (inputs.warmPool === undefined) {
    await dropWarmPool(call, name);
    return;
  }
  const pool = pascal<Omit<sdk.PutWarmPoolCommandInput, "AutoScalingGroupName">>(inputs.warmPool as Properties);
  await call.clients.autoScaling.send(new sdk.PutWarmPoolCommand({ ...target, ...pool }));
}

/** Drops the warm pool with its instances; AWS deletes no group that has one. */
export async function dropWarmPool(call: Call, name: string): Promise<void> {
  const request = new sdk.DeleteWarmPoolCommand({ AutoScalingGroupName: name, ForceDelete: true });
  await unlessGone(call.clients.autoScaling.send(request));
}

/** Brings the group to no instances and waits for the last to go. */
export async function drain(call: Call, name: string): Promise<void> {
  await liftProtection(call, name);
  await call.clients.autoScaling.send(
    new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 }),
  );
  await waitUntil(`the instances of '${name}' to go`, DRAIN_LIMIT_SECONDS, async () => {
    const left = (await describe(call, name))?.Instances ?? [];
    return left.length === 0
      ? undefined
      : `${left.map((one) => `${one.InstanceId} ${one.LifecycleState}`).join(", ")} left`;
  });
}

/** As the true provider does: what is protected from scale-in would never leave. */
async function liftProtection(call: Call, name: string): Promise<void> {
  const members = (await describe(call, name))?.Instances ?? [];
  const InstanceIds = members.flatMap((one) => (one.ProtectedFromScaleIn && one.InstanceId ? [one.InstanceId] : []));
  if (InstanceIds.length === 0) return;
  await call.clients.autoScaling.send(
    new sdk.SetInstanceProtectionCommand({ AutoScalingGroupName: name, InstanceIds, ProtectedFromScaleIn: false }),
  );
}

/** The group as it is; undefined when it is gone. */
export async function describe(call: Call, name: string): Promise<sdk.AutoScalingGroup | undefined> {
  const answer = await call.clients.autoScaling.send(
    new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  return answer.AutoScalingGroups?.[0];
}
