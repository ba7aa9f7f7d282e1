import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RefreshSettings } from "../../rollout/rollout-state";
import type { Place } from "../iam/key-access";
import { Rollout } from "../rollout/rollout";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import type { LaunchSource } from "./launch";
import { LAUNCH_HOOK } from "./lifecycle-hooks";
import { type MixedInstances, mixedInstancesSettings } from "./mixed-instances";
import { refreshSettings, TIMEOUT_SECONDS } from "./rollout";
import { unusableKey } from "./root-volume";

export interface RolloutParts {
  readonly group: ChefAutoScalingGroupArgs;
  readonly autoScalingGroup: aws.autoscaling.Group;
  readonly launchSource: LaunchSource;
  readonly place: Place;
}

const MOST_FAILED = 2;

/** Brings the group to its new launch template version or launch configuration, and waits until the instances run it. */
export function createRollout(
  name: string,
  { group, autoScalingGroup, launchSource, place }: RolloutParts,
  parent: pulumi.Resource,
  dependsOn: readonly pulumi.Resource[],
): Rollout {
  const { rollout = {}, launch = "template", mixedInstances, capacity, maintenance, rootVolume = {} } = group;
  return new Rollout(
    `${name}-rollout`,
    {
      groupName: autoScalingGroup.name,
      region: place.region,
      accountId: place.accountId,
      profile: aws.config.profile,
      ...launched(launchSource),
      mixedInstances: mixedInstances && mixed(mixedInstances, launchSource),
      preferences: pulumi.output(refreshSettings(rollout, launch, maintenance)) as pulumi.Output<RefreshSettings>,
      minSize: capacity.min,
      wait: rollout.wait ?? true,
      failuresAllowed: rollout.maxFailedInstances ?? MOST_FAILED,
      timeoutSeconds: rollout.timeoutSeconds ?? TIMEOUT_SECONDS,
      attached: attachedTo(group),
      keptIn: group.onFailedBoot === "keep" ? LAUNCH_HOOK : undefined,
      keyHint: unusableKey(name, rootVolume).meaning,
    },
    { parent, dependsOn: [...dependsOn] },
  );
}

/** What the program attaches to the group; undefined if it names nothing, not even an empty list. */
function attachedTo({ targetGroupArns, loadBalancerNames, trafficSources }: ChefAutoScalingGroupArgs) {
  const identifiers = trafficSources?.map(({ identifier }) => identifier);
  const named = [targetGroupArns, loadBalancerNames, identifiers].filter((list) => list !== undefined);
  return named.length === 0 ? undefined : pulumi.all(named).apply((lists) => lists.flat());
}

function mixed(mixedInstances: MixedInstances, source: LaunchSource) {
  return "launchTemplate" in source ? mixedInstancesSettings(mixedInstances, source) : undefined;
}

function launched(source: LaunchSource) {
  if (!("launchTemplate" in source)) return { configurationName: source.launchConfiguration };
  return { templateId: source.launchTemplate.id, version: source.launchTemplate.version };
}
