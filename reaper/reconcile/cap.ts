import type { GroupFacts } from "../instances/group-facts";
import type { ReconcileCap } from "./options";

/** What AWS says of a group's names, before anything is proven. */
export interface Situation {
  /** Names of the group in the Chef server. */
  readonly names: number;
  /** Those whose instance lives or left only lately. */
  readonly present: number;
  /** Those that may have to go. */
  readonly suspects: number;
  /** Undefined where Auto Scaling knows no such group. */
  readonly facts: GroupFacts | undefined;
}

/** So many may go whatever their share: of two names one is half, and a group that was scaled to nothing leaves nothing but left-overs. */
export const ALWAYS_ALLOWED = 5;

/** Why AWS's answers cannot be relied on, or undefined where they can. Pure. */
export function refusalOf(group: string, { names, present, suspects, facts }: Situation): string | undefined {
  if (facts === undefined) {
    return `Auto Scaling knows no group '${group}' in this region and account, so its answers prove nothing about these nodes; check region and credentials`;
  }
  if (suspects > 0 && present === 0 && facts.desired > 0) {
    return `none of ${names} names has a living instance, although the group's desired capacity is ${facts.desired}: EC2's answer may be empty; check region, credentials and the group's instances`;
  }
  return undefined;
}

/** Why so many may not go in one run, or undefined where they may. Counted are those that are gone for certain, and no others. Pure. */
export function excessOf(leftOver: number, names: number, cap: ReconcileCap): string | undefined {
  if (leftOver > cap.count) {
    return `${leftOver} of ${names} names are left over, more than the ${cap.count} that one run may remove; ${LOOK}`;
  }
  if (leftOver > Math.max(ALWAYS_ALLOWED, cap.share * names)) {
    return `${leftOver} of ${names} names are left over, more than the share of ${cap.share} that one run may remove; ${LOOK}`;
  }
  return undefined;
}

const LOOK = "check a dry run, and raise the cap for one run if its list is right";
