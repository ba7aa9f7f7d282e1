/** What a rollout does next, from what AWS says of the group: decisions without any call. */

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

/** A refresh that has not ended. */
export interface ActiveRefresh {
  readonly id: string;
  readonly status: string;
  /** Undefined for one that was started without a desired configuration. */
  readonly desired?: LaunchesFrom;
}

export interface GroupView {
  /** What is saved on the group. */
  readonly saved: LaunchesFrom;
  /** Whether the saved mixed instances policy is the declared one, or both have none. */
  readonly policyIsSaved: boolean;
  readonly members: readonly Member[];
  readonly active?: ActiveRefresh;
  readonly suspended: readonly string[];
  /** The group's own minimum now: a schedule may have lowered it for the night. */
  readonly minSize: number;
}

export interface Goal {
  readonly target: LaunchesFrom;
  /** Instances that must be in service at the end. */
  readonly minSize: number;
  readonly leaves: { readonly isProtected: boolean; readonly standby: boolean };
  /** Refreshes that this update has seen succeed already. */
  readonly succeeded: number;
}

export type Step =
  | { readonly kind: "done" }
  /** Nothing is in service that a refresh could replace: the group is given the version at once. */
  | { readonly kind: "save" }
  | { readonly kind: "start" }
  /** A refresh to the same version runs already. */
  | { readonly kind: "follow"; readonly id: string }
  /** One to another version runs, and the group still has the wanted one saved. */
  | { readonly kind: "rollBack"; readonly id: string }
  /** One to another version of the same template runs: an earlier update's, or an operator's. */
  | { readonly kind: "cancel"; readonly id: string }
  /** One is being cancelled or rolled back. */
  | { readonly kind: "awaitEnd"; readonly id: string }
  | { readonly kind: "awaitInstances" }
  | { readonly kind: "refuse"; readonly cause: Refusal; readonly id?: string };

export type Refusal = "otherRefresh" | "suspended" | "neverMatches";

/** More than this many refreshes that succeeded and left instances on another version are not tried. */
const MOST_REFRESHES = 2;

/** Processes without which AWS replaces nothing. */
const NEEDED_PROCESSES = ["InstanceRefresh", "Launch", "Terminate"];

export function nextStep(view: GroupView, goal: Goal): Step {
  if (view.active) return besideActive(view, view.active, goal);
  const isSaved = same(view.saved, goal.target) && view.policyIsSaved;
  const { serving, outdated } = counted(view.members, goal);
  if (!isSaved && !view.members.some(isInService)) return { kind: "save" };
  if (!isSaved || outdated.some(isInService)) return start(view, goal);
  const capacity = serving.reduce((sum, { weight }) => sum + weight, 0);
  return capacity >= Math.min(goal.minSize, view.minSize) && outdated.length === 0
    ? { kind: "done" }
    : { kind: "awaitInstances" };
}

function start({ suspended }: GroupView, { succeeded }: Goal): Step {
  if (suspended.some((process) => NEEDED_PROCESSES.includes(process))) return { kind: "refuse", cause: "suspended" };
  return succeeded < MOST_REFRESHES ? { kind: "start" } : { kind: "refuse", cause: "neverMatches" };
}

/** Never a second refresh beside one that runs: AWS refuses it, and nobody knows then which one counts. */
function besideActive(view: GroupView, { id, status, desired }: ActiveRefresh, goal: Goal): Step {
  if (status === "Cancelling" || status.startsWith("Rollback")) return { kind: "awaitEnd", id };
  const { saved } = view;
  if (desired === undefined) {
    const isOurs = goal.target.configurationName !== undefined;
    if (!isOurs) return { kind: "refuse", cause: "otherRefresh", id };
    return same(saved, goal.target) ? { kind: "follow", id } : { kind: "cancel", id };
  }
  if (same(desired, goal.target)) return { kind: "follow", id };
  const isSame =
    desired.templateId !== undefined && desired.templateId === (goal.target.templateId ?? saved.templateId);
  if (!isSame) return { kind: "refuse", cause: "otherRefresh", id };
  return same(saved, goal.target) && isNumbered(saved) ? { kind: "rollBack", id } : { kind: "cancel", id };
}

/** The members that a rollout is judged by: what it leaves on purpose does not count, nor what is on its way out. */
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
    /** Of another version, in service or on their way there. */
    outdated: judged.filter((member) => !isFrom(member, target)),
    left,
  };
}

export function isInService({ lifecycleState }: Member): boolean {
  return lifecycleState === "InService";
}

/** Whether AWS may be asked to roll back from what is wanted to what is saved. */
export function canRollBack(saved: LaunchesFrom, target: LaunchesFrom): boolean {
  return target.templateId !== undefined && saved.templateId !== undefined && isNumbered(saved);
}
