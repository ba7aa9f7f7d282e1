import { chefIssues, connectionIssues } from "../connection/chef-connection";
import { instanceIssues } from "../instance/instance-validation";
import { notificationIssues } from "../notification/notification-settings";
import { observationIssues } from "../observation/observation";
import { environmentIssues, startIssues } from "../reaper/reaper-environment";
import { scalingIssues } from "../scaling";
import { argumentIssues } from "../validation/check-arguments";
import type { ValidationIssue } from "../validation/issues";
import type { ShapeOf } from "../validation/shape";
import { architectureIssues } from "./architecture";
import { withMounts } from "./convergence-summary";
import { convergenceIssues } from "./convergence-validation";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { groupShape } from "./group-shape";
import { healthIssues } from "./health";
import { hookAnsweredByInstance, lifecycleHookIssues } from "./lifecycle-hooks";
import { mixedInstancesIssues } from "./mixed-instances";
import { readerTimeoutSeconds, reaperIssues } from "./reaper-arguments";
import { referenceIssues } from "./references";
import { healthyIssues, rolloutIssues } from "./rollout";
import { rootVolumeIssues } from "./root-volume";
import { ingressIssues } from "./security-group";
import { tagIssues } from "./tags";
import { userDataIssues } from "./user-data";
import { warmPoolIssues } from "./warm-pool";

/** The image is somebody else's to check: its id is unknown until it is baked. */
export type GroupArgs = Omit<ChefAutoScalingGroupArgs, "imageId">;

/**
 * All that is wrong with a group's arguments, as far as they are known before anything is created.
 *
 * @param shape of the arguments. @default a group's own, the image among them
 */
export function groupIssues(args: GroupArgs, shape: ShapeOf<GroupArgs> = groupShape): ValidationIssue[] {
  const wrong = argumentIssues(args, shape, CHECKS);
  return wrong.length > 0 ? wrong : reaperStartIssues(args);
}

/** Without the image, which the stack's configuration gives elsewhere. */
export function groupSettingIssues(args: GroupArgs): ValidationIssue[] {
  const { imageId: _, ...shape } = groupShape;
  return groupIssues(args, shape);
}

const CHECKS: readonly ((args: GroupArgs) => readonly ValidationIssue[])[] = [
  nameIssues,
  ({ chef, reaper }) => connectionIssues(chef, reaper?.mode !== "worker"),
  referenceIssues,
  capacityIssues,
  networkIssues,
  ({ ingress, securityGroupIds }) => ingressIssues(ingress, Boolean(securityGroupIds)),
  convergenceIssues,
  launchIssues,
  ({ instance, ...beside }) => instanceIssues(instance, beside),
  ({ rootVolume, launch = "template" }) => rootVolumeIssues(rootVolume, launch),
  ({ health, targetGroupArns }) => healthIssues(health, targetGroupArns),
  keepingIssues,
  ({ mixedInstances }) => mixedInstancesIssues(mixedInstances),
  architectureIssues,
  ({ warmPool, mixedInstances, launch = "template" }) => warmPoolIssues(warmPool, mixedInstances, launch),
  ({ hooks, onFailedBoot, warmPool }) => lifecycleHookIssues(hooks, { onFailedBoot, warmPool: Boolean(warmPool) }),
  ({ rollout, launch = "template" }) => rolloutIssues(rollout, launch),
  ({ scaling, detailedMonitoring }) => scalingIssues(scaling, detailedMonitoring),
  ({ notifications, reaper }) => notificationIssues(notifications, readerTimeoutSeconds(reaper)),
  ({ observation }) => observationIssues(observation),
  ({ reaper }) => reaperIssues(reaper),
  (args) => (isReachable(args) ? functionIssues(args) : []),
  ({ tags }) => tagIssues(tags),
  (args) =>
    isReachable(args)
      ? userDataIssues({ ...args, own: withMounts(args.instance)?.userData, launchHook: answeredHook(args) })
      : [],
];

/** Whether a Chef server could be asked by what the connection says. */
function isReachable({ chef }: GroupArgs): boolean {
  return chefIssues(chef).length === 0;
}

function answeredHook({ hooks, onFailedBoot }: GroupArgs) {
  return hookAnsweredByInstance(hooks, onFailedBoot);
}

/** What the function that reaps would not hold. */
function functionIssues({ chef, groupName, reaper = {} }: GroupArgs): ValidationIssue[] {
  if (reaper.mode === "service" || reaper.mode === "worker") return [];
  return environmentIssues({ ...reaper, chef, groupNames: [groupName] });
}

/** What would keep the reaper from starting, once each argument is sound for itself. */
function reaperStartIssues({ chef, groupName, reaper = {} }: GroupArgs): ValidationIssue[] {
  return reaper.mode === "worker" ? [] : startIssues({ ...reaper, chef, groupNames: [groupName] });
}

function nameIssues({ groupName }: GroupArgs): ValidationIssue[] {
  // The node's name is the group's name, a dash and 19 characters of instance id, and both servers must accept it.
  if (/^[A-Za-z0-9_.-]{1,200}$/.test(groupName)) return [];
  return [
    {
      property: "groupName",
      value: groupName,
      expected: "1 to 200 letters, digits, dots, dashes or underscores",
      fix: "choose a name that is also a Chef node name's beginning",
    },
  ];
}

function capacityIssues({ capacity: { min, max, desired } }: GroupArgs): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  for (const [name, value] of Object.entries({ min, max, desired })) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    const expected = "a whole number of instances, 0 or more";
    wrong.push({ property: `capacity.${name}`, value, expected, fix: "give a count" });
  }
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
      fix: "name the subnets of your VPC, or zones of the default VPC, not both",
    },
  ];
}

function launchIssues({ launch, mixedInstances }: GroupArgs): ValidationIssue[] {
  if (launch !== "configuration" || !mixedInstances) return [];
  const expected = "'template' beside mixed instances";
  return [{ property: "launch", value: launch, expected, fix: "leave 'launch' out; only templates can be mixed" }];
}

/** AWS's bounds for how long instances live and how they are replaced. */
function keepingIssues(args: GroupArgs): ValidationIssue[] {
  const { maximumInstanceLifetimeSeconds: lifetime, defaultInstanceWarmupSeconds: warmup, maintenance } = args;
  const wrong = maintenance ? healthyIssues("maintenance", maintenance) : [];
  const lives = lifetime === undefined || lifetime === 0 || (lifetime >= 86_400 && lifetime <= 31_536_000);
  if (!lives || !Number.isInteger(lifetime ?? 0)) {
    const expected = "0, or 86400 (a day) to 31536000 (a year) seconds";
    const fix = "AWS replaces no instance sooner; use 'rollout' for that";
    wrong.push({ property: "maximumInstanceLifetimeSeconds", value: lifetime, expected, fix });
  }
  if (warmup !== undefined && (!Number.isInteger(warmup) || warmup < 0)) {
    const fix = "leave it out, or say how long a first Chef run takes";
    wrong.push({ property: "defaultInstanceWarmupSeconds", value: warmup, expected: "0 or more seconds", fix });
  }
  return wrong;
}
