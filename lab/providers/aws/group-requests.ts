/** Requests of the group's calls, with the rules of terraform-provider-aws: internal/service/autoscaling/group.go. */
import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { pascal, pick } from "./pascal";
import { count, flag, needText, objects, text, texts } from "./reading";
import type { Call, Change } from "./resource-type";

/** Inputs that have the same name in CreateAutoScalingGroup and UpdateAutoScalingGroup. */
export const DIRECT = [
  "minSize",
  "maxSize",
  "desiredCapacity",
  "availabilityZones",
  "defaultCooldown",
  "defaultInstanceWarmup",
  "healthCheckGracePeriod",
  "healthCheckType",
  "maxInstanceLifetime",
  "capacityRebalance",
  "placementGroup",
  "terminationPolicies",
  "mixedInstancesPolicy",
  "instanceMaintenancePolicy",
];

/** With initial lifecycle hooks, the group is created empty and gets its capacity after the hooks exist. */
export async function createInPhases(call: Call, name: string, inputs: Properties): Promise<void> {
  const { autoScaling } = call.clients;
  const capacity = { MinSize: count(inputs, "minSize"), MaxSize: count(inputs, "maxSize") };
  const DesiredCapacity = count(inputs, "desiredCapacity") || undefined;
  const initial = hooks(inputs);
  const { DesiredCapacity: _, ...given } = settings(inputs);
  await autoScaling.send(
    new sdk.CreateAutoScalingGroupCommand({
      ...given,
      AutoScalingGroupName: name,
      ...(initial.length > 0 ? { MinSize: 0, MaxSize: 0 } : { ...capacity, DesiredCapacity }),
      Tags: tags(inputs, name),
      TargetGroupARNs: texts(inputs, "targetGroupArns"),
    }),
  );
  if (initial.length === 0) return;
  for (const hook of initial) {
    await autoScaling.send(new sdk.PutLifecycleHookCommand({ ...hook, AutoScalingGroupName: name }));
  }
  await autoScaling.send(
    new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, ...capacity, DesiredCapacity }),
  );
}

/** Inputs that an update saves with other calls, or not at all. */
const SAVED_OTHERWISE = ["enabledMetrics", "suspendedProcesses", "tags", "targetGroupArns", "warmPool"];

/** Saves the changed inputs. A desired capacity that scaling has set is not sent back to the group. */
export async function saveChanges(call: Call, change: Change): Promise<void> {
  const { id, inputs } = change;
  const changed = Object.keys({ ...change.oldInputs, ...inputs }).filter((key) => change.changed(key));
  if (!changed.some((key) => !SAVED_OTHERWISE.includes(key))) return;
  const told = changed.includes("healthCheckType") ? [...changed, "healthCheckGracePeriod"] : changed;
  await call.clients.autoScaling.send(
    new sdk.UpdateAutoScalingGroupCommand({
      ...settings(pick(inputs, ...told)),
      AutoScalingGroupName: id,
      NewInstancesProtectedFromScaleIn: flag(inputs, "protectFromScaleIn") ?? false,
      ...resets(changed, inputs),
    }),
  );
}

/** Default values for inputs that a program no longer sets, because the API would keep the old values. */
function resets(changed: readonly string[], inputs: Properties): Partial<sdk.UpdateAutoScalingGroupCommandInput> {
  const gone = (key: string) => changed.includes(key) && inputs[key] === undefined;
  return {
    ...(gone("capacityRebalance") && { CapacityRebalance: false }),
    ...(gone("terminationPolicies") && { TerminationPolicies: ["Default"] }),
  };
}

export function settings(inputs: Properties) {
  const template = inputs.launchTemplate as Properties | undefined;
  return {
    ...pascal<Omit<sdk.UpdateAutoScalingGroupCommandInput, "AutoScalingGroupName">>(pick(inputs, ...DIRECT), {
      rename: { vcpuCount: "VCpuCount", memoryMib: "MemoryMiB", memoryGibPerVcpu: "MemoryGiBPerVCpu" },
    }),
    LaunchConfigurationName: text(inputs, "launchConfiguration"),
    LaunchTemplate: template && {
      LaunchTemplateId: text(template, "id"),
      LaunchTemplateName: text(template, "id") === undefined ? text(template, "name") : undefined,
      Version: template.version === undefined ? "$Default" : String(template.version),
    },
    VPCZoneIdentifier: texts(inputs, "vpcZoneIdentifiers")?.join(","),
    NewInstancesProtectedFromScaleIn: flag(inputs, "protectFromScaleIn"),
    ServiceLinkedRoleARN: text(inputs, "serviceLinkedRoleArn"),
  };
}

function hooks(inputs: Properties): sdk.LifecycleHookSpecification[] {
  return objects(inputs, "initialLifecycleHooks").map((hook) =>
    pascal<sdk.LifecycleHookSpecification>(hook, {
      rename: { name: "LifecycleHookName", notificationTargetArn: "NotificationTargetARN", roleArn: "RoleARN" },
    }),
  );
}

function tags(inputs: Properties, name: string): sdk.Tag[] {
  return objects(inputs, "tags").map((tag) => ({
    Key: needText(tag, "key"),
    Value: needText(tag, "value"),
    PropagateAtLaunch: flag(tag, "propagateAtLaunch") ?? false,
    ResourceId: name,
    ResourceType: "auto-scaling-group",
  }));
}

export async function replaceTags(call: Call, name: string, oldInputs: Properties, inputs: Properties): Promise<void> {
  const kept = tags(inputs, name);
  const dropped = tags(oldInputs, name).filter((old) => !kept.some((tag) => tag.Key === old.Key));
  if (dropped.length > 0) await call.clients.autoScaling.send(new sdk.DeleteTagsCommand({ Tags: dropped }));
  if (kept.length > 0) await call.clients.autoScaling.send(new sdk.CreateOrUpdateTagsCommand({ Tags: kept }));
}
