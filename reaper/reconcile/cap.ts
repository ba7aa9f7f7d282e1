import type { GroupFacts } from "../instances/group-facts";
import type { ReconcileCap } from "./options";

/** AWS's response about a group's names, before anything is proven. */
export interface Situation {
  /** Names of the group on the Chef server. */
  readonly names: number;
  /** Names whose instance is alive or was terminated only recently. */
  readonly present: number;
  /** Names that may have to be removed. */
  readonly suspects: number;
  /** Undefined if Auto Scaling does not know the group. */
  readonly facts: GroupFacts | undefined;
}

/** This many may always be removed: of two names, one is already half, and a group that was scaled to zero has nothing but leftovers. */
export const ALWAYS_ALLOWED = 5;

/** Why AWS's responses are implausible, or undefined if they are not. Pure. */
export function refusalOf(group: string, { names, present, suspects, facts }: Situation): string | undefined {
  if (facts === undefined) {
    return `Auto Scaling knows no group '${group}' in this region and account, so its answers prove nothing about these nodes; check region and credentials`;
  }
  if (suspects > 0 && present === 0 && facts.desired > 0) {
    return `none of ${names} names has a living instance, although the group's desired capacity is ${facts.desired}: EC2's answer may be empty; check region, credentials and the group's instances`;
  }
  return undefined;
}

/** Why so many must not be removed in one run, or undefined if they may. Only names that are certainly gone count. Pure. */
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
