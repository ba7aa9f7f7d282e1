/** The next step of a rollout, from AWS's description of the group: decisions without any call. */

import { isFrom, isNumbered, type LaunchedFrom, type LaunchesFrom, same } from "./launched-from";

export interface Member {
  readonly id: string;
  readonly lifecycleState: string;
  readonly healthy: boolean;
  readonly instanceType?: string;
  readonly launchedFrom: LaunchedFrom;
  readonly isProtected: boolean;
  readonly weight: number;
}

/** A refresh in progress. */
export interface ActiveRefresh {
  readonly id: string;
  readonly status: string;
  /** Undefined if it was started without a desired configuration. */
  readonly desired?: LaunchesFrom;
}

export interface GroupView {
  /** What is saved on the group. */
  readonly saved: LaunchesFrom;
  /** Whether the saved mixed instances policy is the declared one, or both have none. */
  readonly policyIsSaved: boolean;
  readonly members: readonly Member[];
  /** Instances that wait in the group's warm pool. @default none */
  readonly pool?: readonly Member[];
  readonly active?: ActiveRefresh;
  readonly suspended: readonly string[];
  /** The group's current minimum, which a schedule may have lowered for the night. */
  readonly minSize: number;
}

export interface Goal {
  readonly target: LaunchesFrom;
  /** Instances that must be in service at the end. */
  readonly minSize: number;
  readonly leaves: { readonly isProtected: boolean; readonly standby: boolean };
  /** Whether the new configuration is saved on the group before its refresh, which then has no desired configuration. */
  readonly savesFirst: boolean;
  /** Whether an interrupted update saved the configuration, and its instances may be of the previous one although they tell no difference. */
  readonly resumes: boolean;
  /** Number of refreshes that have succeeded during this update. */
  readonly succeeded: number;
}

export type Step =
  | { readonly kind: "done" }
  /** No instance is in service that a refresh could replace: the version is saved on the group at once. */
  | { readonly kind: "save" }
  | { readonly kind: "start" }
  /** A refresh to the same version is already running. */
  | { readonly kind: "follow"; readonly id: string }
  /** A refresh to another version is running, and the wanted version is still saved on the group. */
  | { readonly kind: "rollBack"; readonly id: string }
  /** A refresh to another version of the same template is running, from an earlier update or an operator. */
  | { readonly kind: "cancel"; readonly id: string }
  /** A refresh is being cancelled or rolled back. */
  | { readonly kind: "awaitEnd"; readonly id: string }
  | { readonly kind: "awaitInstances" }
  | { readonly kind: "refuse"; readonly cause: Refusal; readonly id?: string };

export type Refusal = "otherRefresh" | "suspended" | "launchesNone" | "neverMatches";

/** The maximum number of refreshes that succeed but leave instances on another version. */
const MOST_REFRESHES = 2;

/** Processes that AWS needs to replace instances. */
export const NEEDED_PROCESSES = ["InstanceRefresh", "Launch", "Terminate"];

export function nextStep(view: GroupView, goal: Goal): Step {
  if (view.active) return besideActive(view, view.active, goal);
  const isSaved = same(view.saved, goal.target) && view.policyIsSaved;
  const { serving, outdated } = counted(view.members, goal);
  const waitsOutdated = goal.succeeded === 0 && outdatedIn(view.pool, goal.target).length > 0;
  if (!isSaved && !waitsOutdated && !view.members.some(isInService)) return { kind: "save" };
  const resumes = goal.resumes && goal.succeeded === 0 && view.members.some(isInService);
  if (!isSaved || waitsOutdated || resumes || outdated.some(isInService)) return start(view, goal);
  const capacity = serving.reduce((sum, { weight }) => sum + weight, 0);
  const isShort = capacity < Math.min(goal.minSize, view.minSize);
  if (!isShort && outdated.length === 0) return { kind: "done" };
  const isFrozen = view.suspended.includes("Launch") && !view.members.some(isLaunching);
  return isShort && isFrozen ? { kind: "refuse", cause: "launchesNone" } : { kind: "awaitInstances" };
}

function start({ suspended }: GroupView, { succeeded }: Goal): Step {
  if (suspended.some((process) => NEEDED_PROCESSES.includes(process))) return { kind: "refuse", cause: "suspended" };
  return succeeded < MOST_REFRESHES ? { kind: "start" } : { kind: "refuse", cause: "neverMatches" };
}

/** Never a second refresh while one is running: AWS refuses it. */
function besideActive(view: GroupView, { id, status, desired }: ActiveRefresh, goal: Goal): Step {
  if (status === "Cancelling" || status.startsWith("Rollback")) return { kind: "awaitEnd", id };
  const { saved } = view;
  if (desired === undefined) {
    if (!goal.savesFirst) return { kind: "refuse", cause: "otherRefresh", id };
    return same(saved, goal.target) && view.policyIsSaved ? { kind: "follow", id } : { kind: "cancel", id };
  }
  if (same(desired, goal.target)) return { kind: "follow", id };
  const isSame =
    desired.templateId !== undefined && desired.templateId === (goal.target.templateId ?? saved.templateId);
  if (!isSame) return { kind: "refuse", cause: "otherRefresh", id };
  return same(saved, goal.target) && isNumbered(saved) ? { kind: "rollBack", id } : { kind: "cancel", id };
}

/** The members that decide about a rollout: those that it skips on purpose, and those that are terminating, do not count. */
export function counted(members: readonly Member[], { target, leaves }: Pick<Goal, "target" | "leaves">) {
  const staying = members.filter(({ lifecycleState }) => !/^(Terminat|Detach|Warmed)/.test(lifecycleState));
  const left = staying.filter(
    (member) =>
      !isFrom(member, target) &&
      ((member.isProtected && leaves.isProtected) || (/Standby/.test(member.lifecycleState) && leaves.standby)),
  );
  const judged = staying.filter((member) => !left.includes(member));
  return {
    /** In service, healthy, and of the wanted version. */
    serving: judged.filter((member) => isInService(member) && member.healthy && isFrom(member, target)),
    /** Of another version, in service or about to be. */
    outdated: judged.filter((member) => !isFrom(member, target)),
    left,
  };
}

/**
 * Instances of a warm pool that would go into service from another version. AWS replaces them in the course of an instance refresh, and at
 * no other time. It cannot compare launch configurations, so those are not refreshed for the pool alone.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#update-warm-pool
 */
export function outdatedIn(pool: readonly Member[] = [], target: LaunchesFrom): Member[] {
  if (target.templateId === undefined) return [];
  return pool.filter((member) => !/Terminat/.test(member.lifecycleState) && !isFrom(member, target));
}

export function isInService({ lifecycleState }: Member): boolean {
  return lifecycleState === "InService";
}

export function isLaunching({ lifecycleState }: Member): boolean {
  return lifecycleState.startsWith("Pending");
}

/** Whether AWS can roll back from the wanted version to the saved one. */
export function canRollBack(saved: LaunchesFrom, target: LaunchesFrom): boolean {
  return target.templateId !== undefined && saved.templateId !== undefined && isNumbered(saved);
}
