import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { merge } from "../pass-through/merge";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { checkedTargetGroups, healthCheck } from "./health";
import type { LaunchSource } from "./launch";
import { initialLaunchHooks } from "./lifecycle-hooks";
import { mixedInstancesPolicy } from "./mixed-instances";
import { warmPoolArgs } from "./warm-pool";

export interface AutoScalingGroupArgs {
  readonly group: ChefAutoScalingGroupArgs;
  readonly launchSource: LaunchSource;
  readonly tags: pulumi.Output<Readonly<Record<string, string>>>;
  /** What must exist before the first instance starts, and is deleted after the last. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Declares the Auto Scaling group itself. */
export function createAutoScalingGroup(
  name: string,
  { group, launchSource, tags, dependsOn }: AutoScalingGroupArgs,
  parent: pulumi.Resource,
): aws.autoscaling.Group {
  const { capacity, passOn } = group;
  const customTimeouts = { update: LONGEST_DRAIN, delete: LONGEST_DRAIN };
  const options = { parent, dependsOn: [...dependsOn], ignoreChanges: ignored(group), customTimeouts };
  return merge(
    "group",
    {
      name: group.groupName,
      minSize: capacity.min,
      maxSize: capacity.max,
      desiredCapacity: capacity.desired,
      ...launched(group, launchSource),
      ...placed(name, group),
      ...kept(group),
      // The rollout waits instead: for at least the minimum, and even if a launch found no capacity
      waitForCapacityTimeout: "0",
      warmPool: group.warmPool && warmPoolArgs(group.warmPool),
      initialLifecycleHooks: initialLaunchHooks({ hooks: group.hooks ?? {}, onFailedBoot: group.onFailedBoot, passOn }),
      enabledMetrics: Object.values(aws.autoscaling.Metric),
      metricsGranularity: "1Minute",
      tags: tags.apply((each) => Object.entries(each).map(([key, value]) => ({ key, value, propagateAtLaunch: true }))),
    },
    passOn?.group,
    (merged) => new aws.autoscaling.Group(`${name}-group`, merged, options),
  );
}

/**
 * How long a deletion waits for the group's last instances, and an update for those of a target group that it detaches. The provider gives
 * up after ten minutes, but a target group may keep an instance for an hour (`deregistrationDelay`), and so may a lifecycle hook of your
 * own.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/567
 * @see https://pub.dev/documentation/pulumi_aws/latest/lb/TargetGroup/deregistrationDelay.html
 */
const LONGEST_DRAIN = "2h";

/**
 * Set when the group is created, and changed only by the rollout afterwards: the provider would save a new version on the group before any
 * instance has proved it.
 */
const ROLLED_OUT = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];

/**
 * An update must keep the desired capacity that scaling has set (aws-cdk #5215, terraform-aws-autoscaling #72), and the sizes that
 * schedules set (terraform #11798). A changed hook must not replace the group.
 */
function ignored({ capacity, scaling }: ChefAutoScalingGroupArgs): string[] {
  const scheduled = Object.values(scaling?.schedules ?? {});
  const sets = (size: "min" | "max" | "desired") => scheduled.some((schedule) => schedule[size] !== undefined);
  return [
    ...ROLLED_OUT,
    ...((capacity.keepScaled ?? true) || sets("desired") ? ["desiredCapacity"] : []),
    ...(sets("min") ? ["minSize"] : []),
    ...(sets("max") ? ["maxSize"] : []),
    "initialLifecycleHooks",
  ];
}

function launched(
  { mixedInstances }: ChefAutoScalingGroupArgs,
  source: LaunchSource,
): Partial<aws.autoscaling.GroupArgs> {
  if (!("launchTemplate" in source)) return source;
  if (!mixedInstances) return { launchTemplate: source.launchTemplate };
  return { mixedInstancesPolicy: mixedInstancesPolicy(mixedInstances, source) };
}

function placed(name: string, group: ChefAutoScalingGroupArgs): Partial<aws.autoscaling.GroupArgs> {
  return {
    vpcZoneIdentifiers: group.subnetIds,
    availabilityZones: group.availabilityZones,
    targetGroupArns: checkedTargetGroups(group, `Group "${name}"`),
    loadBalancers: group.loadBalancerNames,
    trafficSources: group.trafficSources && [...group.trafficSources],
    ...healthCheck(group.health),
  };
}

function kept(group: ChefAutoScalingGroupArgs): Partial<aws.autoscaling.GroupArgs> {
  return {
    terminationPolicies: group.terminationPolicies && [...group.terminationPolicies],
    maxInstanceLifetime: group.maximumInstanceLifetimeSeconds,
    instanceMaintenancePolicy: group.maintenance,
    capacityRebalance: group.capacityRebalance,
    protectFromScaleIn: group.protectFromScaleIn,
    suspendedProcesses: group.suspendedProcesses && [...group.suspendedProcesses],
    defaultInstanceWarmup: group.defaultInstanceWarmupSeconds,
  };
}
