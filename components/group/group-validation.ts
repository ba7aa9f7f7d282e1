import { chefMistakes, connectionMistakes } from "../connection/chef-connection";
import { environmentMistakes, startMistakes } from "../reaper/reaper-environment";
import type { Mistake } from "../validation/mistakes";
import { notificationMistakes } from "../notification/notification-settings";
import { observationMistakes } from "../observation/observation";
import { scalingMistakes } from "../scaling";
import { argumentMistakes } from "../validation/check-arguments";
import type { ShapeOf } from "../validation/shape";
import { architectureMistakes } from "./architecture";
import { convergenceMistakes } from "./convergence-validation";
import type { ChefAutoScalingGroupArgs } from "./group-arguments";
import { groupShape } from "./group-shape";
import { healthMistakes } from "./health";
import { hookAnsweredByInstance, lifecycleHookMistakes } from "./lifecycle-hooks";
import { mixedInstancesMistakes } from "./mixed-instances";
import { readerTimeoutSeconds, reaperMistakes } from "./reaper-arguments";
import { referenceMistakes } from "./references";
import { healthyMistakes, rolloutMistakes } from "./rollout";
import { rootVolumeMistakes } from "./root-volume";
import { ingressMistakes } from "./security-group";
import { tagMistakes } from "./tags";
import { userDataMistakes } from "./user-data";
import { warmPoolMistakes } from "./warm-pool";

/** The image is somebody else's to check: its id is unknown until it is baked. */
export type GroupArgs = Omit<ChefAutoScalingGroupArgs, "imageId">;

/**
 * All that is wrong with a group's arguments, as far as they are known before anything is created.
 *
 * @param shape of the arguments. @default a group's own, the image among them
 */
export function groupMistakes(args: GroupArgs, shape: ShapeOf<GroupArgs> = groupShape): Mistake[] {
  const wrong = argumentMistakes(args, shape, CHECKS);
  return wrong.length > 0 ? wrong : reaperStartMistakes(args);
}

/** Without the image, which the stack's configuration gives elsewhere. */
export function groupSettingMistakes(args: GroupArgs): Mistake[] {
  const { imageId: _, ...shape } = groupShape;
  return groupMistakes(args, shape);
}

const CHECKS: readonly ((args: GroupArgs) => readonly Mistake[])[] = [
  nameMistakes,
  ({ chef, reaper }) => connectionMistakes(chef, reaper?.mode !== "worker"),
  referenceMistakes,
  capacityMistakes,
  networkMistakes,
  ({ ingress, securityGroupIds }) => ingressMistakes(ingress, Boolean(securityGroupIds)),
  convergenceMistakes,
  launchMistakes,
  ({ rootVolume, launch = "template" }) => rootVolumeMistakes(rootVolume, launch),
  ({ health, targetGroupArns }) => healthMistakes(health, targetGroupArns),
  keepingMistakes,
  ({ mixedInstances }) => mixedInstancesMistakes(mixedInstances),
  architectureMistakes,
  ({ warmPool, mixedInstances, launch = "template" }) => warmPoolMistakes(warmPool, mixedInstances, launch),
  ({ hooks, onFailedBoot, warmPool }) => lifecycleHookMistakes(hooks, { onFailedBoot, warmPool: Boolean(warmPool) }),
  ({ rollout, launch = "template" }) => rolloutMistakes(rollout, launch),
  ({ scaling, detailedMonitoring }) => scalingMistakes(scaling, detailedMonitoring),
  ({ notifications, reaper }) => notificationMistakes(notifications, readerTimeoutSeconds(reaper)),
  ({ observation }) => observationMistakes(observation),
  ({ reaper }) => reaperMistakes(reaper),
  (args) => (isReachable(args) ? functionMistakes(args) : []),
  ({ tags }) => tagMistakes(tags),
  (args) => (isReachable(args) ? userDataMistakes({ ...args, launchHook: answeredHook(args) }) : []),
];

/** Whether a Chef server could be asked by what the connection says. */
function isReachable({ chef }: GroupArgs): boolean {
  return chefMistakes(chef).length === 0;
}

function answeredHook({ hooks, onFailedBoot }: GroupArgs) {
  return hookAnsweredByInstance(hooks, onFailedBoot);
}

/** What the function that reaps would not hold. */
function functionMistakes({ chef, groupName, reaper = {} }: GroupArgs): Mistake[] {
  if (reaper.mode === "service" || reaper.mode === "worker") return [];
  return environmentMistakes({ ...reaper, chef, groupNames: [groupName] });
}

/** What would keep the reaper from starting, once each argument is sound for itself. */
function reaperStartMistakes({ chef, groupName, reaper = {} }: GroupArgs): Mistake[] {
  return reaper.mode === "worker" ? [] : startMistakes({ ...reaper, chef, groupNames: [groupName] });
}

function nameMistakes({ groupName }: GroupArgs): Mistake[] {
  // The node's name is the group's name, a dash and 19 characters of instance id, and both servers must accept it.
  if (/^[A-Za-z0-9_.-]{1,200}$/.test(groupName)) return [];
  return [
    {
      property: "groupName",
      value: groupName,
      expected: "1 to 200 letters, digits, dots, dashes or underscores",
      wayOut: "choose a name that is also a Chef node name's beginning",
    },
  ];
}

function capacityMistakes({ capacity: { min, max, desired } }: GroupArgs): Mistake[] {
  const wrong: Mistake[] = [];
  for (const [name, value] of Object.entries({ min, max, desired })) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    const expected = "a whole number of instances, 0 or more";
    wrong.push({ property: `capacity.${name}`, value, expected, wayOut: "give a count" });
  }
  if (min > max) {
    wrong.push({
      property: "capacity.min",
      value: min,
      expected: `at most 'max' (${max})`,
      wayOut: "lower min or raise max",
    });
  }
  if (desired !== undefined && (desired < min || desired > max)) {
    const expected = `between 'min' (${min}) and 'max' (${max})`;
    wrong.push({
      property: "capacity.desired",
      value: desired,
      expected,
      wayOut: "leave it out to let scaling decide",
    });
  }
  return wrong;
}

function networkMistakes({ subnetIds, availabilityZones }: GroupArgs): Mistake[] {
  if (Boolean(subnetIds) !== Boolean(availabilityZones)) return [];
  return [
    {
      property: subnetIds ? "availabilityZones" : "subnetIds",
      value: availabilityZones,
      expected: "either 'subnetIds' or 'availabilityZones'",
      wayOut: "name the subnets of your VPC, or zones of the default VPC, not both",
    },
  ];
}

function launchMistakes({ launch, mixedInstances }: GroupArgs): Mistake[] {
  if (launch !== "configuration" || !mixedInstances) return [];
  const expected = "'template' beside mixed instances";
  return [{ property: "launch", value: launch, expected, wayOut: "leave 'launch' out; only templates can be mixed" }];
}

/** AWS's bounds for how long instances live and how they are replaced. */
function keepingMistakes(args: GroupArgs): Mistake[] {
  const { maximumInstanceLifetimeSeconds: lifetime, defaultInstanceWarmupSeconds: warmup, maintenance } = args;
  const wrong = maintenance ? healthyMistakes("maintenance", maintenance) : [];
  const lives = lifetime === undefined || lifetime === 0 || (lifetime >= 86_400 && lifetime <= 31_536_000);
  if (!lives || !Number.isInteger(lifetime ?? 0)) {
    const expected = "0, or 86400 (a day) to 31536000 (a year) seconds";
    const wayOut = "AWS replaces no instance sooner; use 'rollout' for that";
    wrong.push({ property: "maximumInstanceLifetimeSeconds", value: lifetime, expected, wayOut });
  }
  if (warmup !== undefined && (!Number.isInteger(warmup) || warmup < 0)) {
    const wayOut = "leave it out, or say how long a first Chef run takes";
    wrong.push({ property: "defaultInstanceWarmupSeconds", value: warmup, expected: "0 or more seconds", wayOut });
  }
  return wrong;
}
