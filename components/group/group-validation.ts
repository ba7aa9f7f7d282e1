import { chefIssues, connectionIssues } from "../connection/chef-connection";
import { instanceIssues } from "../instance/instance-validation";
import { notificationIssues } from "../notification/notification-settings";
import { observationIssues } from "../observation/observation";
import { environmentIssues, startIssues } from "../reaper/reaper-environment";
import { scalingIssues } from "../scaling";
import { argumentIssues } from "../validation/check-arguments";
import type { ValidationIssue } from "../validation/issues";
import { type ShapeOf, without } from "../validation/shape";
import { architectureIssues } from "./architecture";
import { baseTemplateIssues } from "./base-template";
import { withMounts } from "./convergence-summary";
import { convergenceIssues } from "./convergence-validation";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { groupShape } from "./group-shape";
import { healthIssues } from "./health";
import { hookAnsweredByInstance, lifecycleHookIssues } from "./lifecycle-hooks";
import { mixedInstancesIssues } from "./mixed-instances-validation";
import { groupPassOnIssues } from "./pass-on-validation";
import { readerTimeoutSeconds, reaperIssues } from "./reaper-arguments";
import { healthyIssues, rolloutIssues } from "./rollout";
import { rootVolumeIssues } from "./root-volume";
import { ingressIssues } from "./security-group";
import { tagIssues } from "./tags";
import { trafficIssues } from "./traffic";
import { userDataIssues } from "./user-data";
import { warmPoolIssues } from "./warm-pool";

/** The image is validated elsewhere: its id is unknown until it is baked. */
export type GroupArgs = Omit<ChefAutoScalingGroupArgs, "imageId">;

/**
 * All mistakes in a group's arguments that can be found before anything is created.
 *
 * @param shape of the arguments. @default a group's own, including the image
 */
export function groupIssues(args: GroupArgs, shape: ShapeOf<GroupArgs> = groupShape): ValidationIssue[] {
  const wrong = argumentIssues(args, shape, CHECKS);
  return wrong.length > 0 ? wrong : reaperStartIssues(args);
}

/** Without the image, which the stack's configuration sets elsewhere. */
export function groupSettingIssues(args: GroupArgs): ValidationIssue[] {
  return groupIssues(args, without(groupShape, "imageId"));
}

const CHECKS: readonly ((args: GroupArgs) => readonly ValidationIssue[])[] = [
  ({ chef, reaper }) => connectionIssues(chef, reaper?.mode !== "worker"),
  capacityIssues,
  networkIssues,
  ({ ingress, securityGroupIds }) => ingressIssues(ingress, Boolean(securityGroupIds)),
  convergenceIssues,
  launchIssues,
  ({ baseTemplate, launch }) => baseTemplateIssues(baseTemplate, launch),
  ({ instance, ...beside }) => instanceIssues(instance, beside),
  ({ rootVolume, launch = "template" }) => rootVolumeIssues(rootVolume, launch),
  ({ health, ...attached }) => healthIssues(health, attached),
  ({ targetGroupArns, loadBalancerNames, trafficSources }) =>
    trafficIssues({ targetGroupArns, loadBalancerNames, trafficSources }),
  keepingIssues,
  ({ mixedInstances, groupName }) => mixedInstancesIssues(mixedInstances, groupName),
  architectureIssues,
  ({ warmPool, mixedInstances, launch = "template" }) => warmPoolIssues(warmPool, mixedInstances, launch),
  ({ hooks, onFailedBoot, warmPool }) => lifecycleHookIssues(hooks, { onFailedBoot, warmPool: Boolean(warmPool) }),
  ({ rollout, launch = "template", mixedInstances, defaultInstanceWarmupSeconds, health }) => {
    const byAttributes = Boolean(mixedInstances?.instanceRequirements);
    const warmupSeconds = defaultInstanceWarmupSeconds ?? health?.gracePeriodSeconds;
    return rolloutIssues(rollout, { launch, byAttributes, warmupSeconds });
  },
  ({ scaling, detailedMonitoring }) => scalingIssues(scaling, detailedMonitoring),
  ({ notifications, reaper }) => notificationIssues(notifications, readerTimeoutSeconds(reaper)),
  ({ observation }) => observationIssues(observation),
  ({ reaper }) => reaperIssues(reaper),
  (args) => (isReachable(args) ? functionIssues(args) : []),
  ({ tags }) => tagIssues(tags),
  groupPassOnIssues,
  (args) =>
    isReachable(args)
      ? userDataIssues({ ...args, own: withMounts(args.instance)?.userData, launchHook: answeredHook(args) })
      : [],
];

/** Whether the connection's settings are complete enough to contact a Chef server. */
function isReachable({ chef }: GroupArgs): boolean {
  return chefIssues(chef).length === 0;
}

function answeredHook({ hooks, onFailedBoot }: GroupArgs) {
  return hookAnsweredByInstance(hooks, onFailedBoot);
}

/** What does not fit into the reaper function's settings. */
function functionIssues({ chef, groupName, reaper = {} }: GroupArgs): ValidationIssue[] {
  if (reaper.mode === "service" || reaper.mode === "worker") return [];
  return environmentIssues({ ...reaper, chef, groupNames: [groupName] });
}

/** What would prevent the reaper from starting although each argument is valid on its own. */
function reaperStartIssues({ chef, groupName, reaper = {} }: GroupArgs): ValidationIssue[] {
  return reaper.mode === "worker" ? [] : startIssues({ ...reaper, chef, groupNames: [groupName] });
}

function capacityIssues({ capacity: { min, max, desired } }: GroupArgs): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (min > max) {
    wrong.push({
      property: "capacity.min",
      value: min,
      expected: `at most 'max' (${max})`,
      fix: "lower min or raise max",
    });
  }
  if (desired !== undefined && (desired < min || desired > max)) {
    const expected = `between 'min' (${min}) and 'max' (${max})`;
    wrong.push({
      property: "capacity.desired",
      value: desired,
      expected,
      fix: "leave it out to let scaling decide",
    });
  }
  return wrong;
}

function networkIssues({ subnetIds, availabilityZones }: GroupArgs): ValidationIssue[] {
  if (Boolean(subnetIds) !== Boolean(availabilityZones)) return [];
  return [
    {
      property: subnetIds ? "availabilityZones" : "subnetIds",
      value: availabilityZones,
      expected: "either 'subnetIds' or 'availabilityZones'",
      fix: "set the subnets of your VPC, or zones of the default VPC, not both",
    },
  ];
}

function launchIssues({ launch, mixedInstances }: GroupArgs): ValidationIssue[] {
  if (launch !== "configuration" || !mixedInstances) return [];
  const expected = "'template' with mixed instances";
  return [
    {
      property: "launch",
      value: launch,
      expected,
      fix: "leave out 'launch'; only launch templates support mixed instances",
    },
  ];
}

/** AWS's limits for the lifetime and the replacement of instances. */
function keepingIssues(args: GroupArgs): ValidationIssue[] {
  const { maximumInstanceLifetimeSeconds: lifetime, maintenance } = args;
  const wrong = maintenance ? healthyIssues("maintenance", maintenance) : [];
  const lives = lifetime === undefined || lifetime === 0 || (lifetime >= 86_400 && lifetime <= 31_536_000);
  if (!lives) {
    const expected = "0, or 86400 (a day) to 31536000 (a year) seconds";
    const fix = "AWS does not replace instances earlier; use 'rollout' for that";
    wrong.push({ property: "maximumInstanceLifetimeSeconds", value: lifetime, expected, fix });
  }
  return wrong;
}
