/** What AWS answers of a group, in the words of a rollout. */
import type * as sdk from "@aws-sdk/client-auto-scaling";
import { printable } from "../chef/printable";
import type { Member } from "./decide";
import type { Activity } from "./failures";
import type { LaunchedFrom, LaunchesFrom } from "./launched-from";
import { ownTemplates } from "./mixed-policy";
import type { RefreshProgress } from "./progress";

/** What the group launches from. */
export function savedOn(group: sdk.AutoScalingGroup): LaunchesFrom {
  return launchesFrom(group.MixedInstancesPolicy, group.LaunchTemplate, group.LaunchConfigurationName);
}

function launchesFrom(
  mixed: sdk.MixedInstancesPolicy | undefined,
  template: sdk.LaunchTemplateSpecification | undefined,
  configurationName: string | undefined,
): LaunchesFrom {
  const { LaunchTemplateSpecification: first, Overrides } = mixed?.LaunchTemplate ?? {};
  return { ...launchedFrom(first ?? template, configurationName), ...ownTemplates(Overrides) };
}

function launchedFrom(
  template: sdk.LaunchTemplateSpecification | undefined,
  configurationName: string | undefined,
): LaunchedFrom {
  if (!template) return configurationName ? { configurationName } : {};
  // A group without a version launches the template's default
  return { templateId: template.LaunchTemplateId, version: template.Version ?? "$Default" };
}

/** ARNs of target groups and names of Classic Load Balancers; AWS lists the latter two also among its traffic sources. */
export function attachedTo({
  TargetGroupARNs = [],
  LoadBalancerNames = [],
  TrafficSources = [],
}: sdk.AutoScalingGroup) {
  const sources = TrafficSources.map(({ Identifier = "" }) => Identifier);
  return [...new Set([...TargetGroupARNs, ...LoadBalancerNames, ...sources])];
}

export function memberOf(instance: sdk.Instance): Member {
  return {
    id: instance.InstanceId ?? "",
    lifecycleState: instance.LifecycleState ?? "",
    healthy: instance.HealthStatus === "Healthy",
    instanceType: instance.InstanceType,
    launchedFrom: launchedFrom(instance.LaunchTemplate, instance.LaunchConfigurationName),
    isProtected: instance.ProtectedFromScaleIn === true,
    weight: Number(instance.WeightedCapacity ?? 1),
  };
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html */
const DEFAULT_CHECKPOINT_DELAY_SECONDS = 3600;

export function progressOf(refresh: sdk.InstanceRefresh): RefreshProgress {
  const { MixedInstancesPolicy, LaunchTemplate } = refresh.DesiredConfiguration ?? {};
  const desired = launchesFrom(MixedInstancesPolicy, LaunchTemplate, undefined);
  const warm = refresh.ProgressDetails?.WarmPoolProgress;
  return {
    id: refresh.InstanceRefreshId ?? "",
    status: refresh.Status ?? "",
    reason: printable(refresh.StatusReason ?? ""),
    percentage: refresh.PercentageComplete ?? 0,
    left: refresh.InstancesToUpdate ?? 0,
    warmPool: { percentage: warm?.PercentageComplete ?? 0, left: warm?.InstancesToUpdate ?? 0 },
    startedAt: refresh.StartTime?.getTime() ?? 0,
    rollbackReason: printable(refresh.RollbackDetails?.RollbackReason ?? ""),
    checkpoints: refresh.Preferences?.CheckpointPercentages ?? [],
    checkpointDelaySeconds: refresh.Preferences?.CheckpointDelay ?? DEFAULT_CHECKPOINT_DELAY_SECONDS,
    alarmNames: refresh.Preferences?.AlarmSpecification?.Alarms ?? [],
    ...(desired.templateId !== undefined && { desired }),
  };
}

export function activityOf(activity: sdk.Activity): Activity {
  return {
    id: activity.ActivityId ?? "",
    startedAt: activity.StartTime?.getTime() ?? 0,
    status: activity.StatusCode ?? "",
    description: activity.Description ?? "",
    message: printable(activity.StatusMessage ?? ""),
  };
}
