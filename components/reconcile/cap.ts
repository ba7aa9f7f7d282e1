import type { GroupFacts } from "./group-facts";
import type { ReconcileCap } from "./options";

/** What a run found before it removes anything. */
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

/** Why nothing may be removed, or undefined where it may. Pure. */
export function refusalOf(group: string, situation: Situation, cap: ReconcileCap): string | undefined {
  const { names, present, suspects, facts } = situation;
  if (facts === undefined) {
    return `Auto Scaling knows no group '${group}' in this region and account, so that its answers say nothing of these nodes; check region and credentials`;
  }
  if (suspects > cap.count) {
    return `${suspects} of ${names} names look left over, more than the ${cap.count} that one run may remove; ${LOOK}`;
  }
  if (suspects > Math.max(ALWAYS_ALLOWED, cap.share * names)) {
    return `${suspects} of ${names} names look left over, more than the share of ${cap.share} that one run may remove; ${LOOK}`;
  }
  if (suspects > 0 && present === 0 && facts.desired > 0) {
    return `none of ${names} names has a living instance, though the group wants ${facts.desired}: EC2's answer may be empty; ${LOOK}`;
  }
  return undefined;
}

const LOOK = "look at a dry run, and raise the cap for one run if it is right";
