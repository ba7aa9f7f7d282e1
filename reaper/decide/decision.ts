import { isChefError } from "../../chef/chef-error";
import { quote } from "../../chef/names";
import { isAnyDeleted, type Removal, removalInWords } from "../../chef/removal";
import { LIVES_SECONDS } from "../instances/evidence";
import type { InstanceState } from "../instances/instance-state";
import type { OtherNames } from "../removal/other-names";
import { inWords, type TargetRemoval } from "../removal/target";
import { acknowledged, deadLetter, type Outcome, retry } from "./outcome";

/** How often a message is processed within the grace time; a queue gives up on a message after a number of receives. */
const LOOKS_WITHIN_GRACE = 4;
const LONGEST_BACKOFF_SECONDS = 600;

/** Whether a group is one of the reaper's; undefined if it is, otherwise the outcome. */
export function refusalOfGroup(group: string, ownGroups: readonly string[]): Outcome | undefined {
  return ownGroups.includes(group)
    ? undefined
    : deadLetter("other-group", `the group ${quote(group)} is not one of this reaper's: ${ownGroups.join(", ")}`);
}

/**
 * Whether a group is in the reaper's account: EC2 does not know instances of a group with the same name in another account, running or not.
 * Undefined if it is, or if the account is unknown.
 */
export function refusalOfAccount(account: string | undefined, own: string | undefined): Outcome | undefined {
  return account === undefined || own === undefined || account === own
    ? undefined
    : deadLetter(
        "other-account",
        `the group is in the account ${quote(account)}, but this reaper's groups are in ${quote(own)}`,
      );
}

/** Whether an instance's state permits the removal; undefined if it does, otherwise the outcome. */
export function refusalOfState(instanceId: string, state: InstanceState): Outcome | undefined {
  return state.gone
    ? undefined
    : deadLetter(
        state.cause ?? "alive",
        `the instance ${instanceId} is ${state.name}, so its node must not be removed`,
      );
}

/** An instance that Auto Scaling has given up may still run for a moment: it is checked again until the grace time is over. */
export function whileGoing(refusal: Outcome, ageSeconds: number, graceSeconds: number): Outcome {
  const remaining = graceSeconds - ageSeconds;
  if (remaining <= 0) return refusal;
  return retry(
    `its launch failed but it is not terminated yet: ${refusal.reason}`,
    absenceDelay(remaining, graceSeconds),
  );
}

/**
 * What happens to the message after everything is confirmed. Only the absence of the node has to be waited for, since nodes may register
 * late.
 *
 * @param ageSeconds since the event
 * @param elsewhere what other targets confirmed
 */
export function afterRemoval(
  removal: Removal,
  ageSeconds: number,
  graceSeconds: number,
  elsewhere: readonly TargetRemoval[] = [],
): Outcome {
  const { foreign } = removal;
  if (foreign?.cause === "recent") return whileConverging(foreign.waitSeconds, ageSeconds);
  if (foreign !== undefined) return deadLetter(foreign.cause, foreign.reason);
  const others = inWords(elsewhere);
  if (isAnyDeleted(removal)) return acknowledged(`${removalInWords(removal)}${others}`, true);
  const remaining = graceSeconds - ageSeconds;
  if (remaining <= 0) {
    return acknowledged(`already gone${others}`);
  }
  return retry(
    `neither node nor client found: the instance may still be registering${others}`,
    absenceDelay(remaining, graceSeconds),
  );
}

/**
 * EC2 forgets a terminated instance within an hour, so one that it does not know and whose node converged within the last hour may be alive
 * where EC2 is not asked. If it still converges an hour after the event, it is.
 */
function whileConverging(waitSeconds: number, ageSeconds: number): Outcome {
  const minutes = Math.max(0, Math.floor((LIVES_SECONDS - waitSeconds) / 60));
  const reason = `EC2 does not know the instance, but something converged under its node name ${minutes} minutes ago`;
  return ageSeconds > LIVES_SECONDS
    ? deadLetter("alive", `${reason}, long after the message`)
    : retry(reason, Math.min(waitSeconds, LONGEST_BACKOFF_SECONDS));
}

/**
 * What happens to the message after the search for nodes with other names; undefined if there are none, so that the absence decides. A
 * waiting message is checked often enough not to become the queue's oldest.
 */
export function afterSearch(others: OtherNames, elsewhere: readonly TargetRemoval[] = []): Outcome | undefined {
  switch (others.found) {
    case "none":
      return undefined;
    case "refused":
      return deadLetter("other-name", others.reason);
    case "recent":
      return retry(`${others.reason}${inWords(elsewhere)}`, Math.min(others.waitSeconds, LONGEST_BACKOFF_SECONDS));
    case "removed": {
      const each = others.removals.map((removal) => `${quote(removal.name)}: ${removalInWords(removal)}`);
      return acknowledged(`found by its id, ${each.join("; ")}${inWords(elsewhere)}`, true);
    }
  }
}

/**
 * Seconds until the next attempt after a failure, doubled each time.
 *
 * @param receiveCount from 1
 */
export function backoffSeconds(receiveCount: number): number {
  return Math.min(LONGEST_BACKOFF_SECONDS, 10 * 2 ** Math.min(10, Math.max(0, receiveCount - 1)));
}

/** The same, but no sooner than an overloaded Chef server asks for. */
export function backoffAfter(error: unknown, receiveCount: number): number {
  const wanted = isChefError(error) ? (error.chef.retryAfterSeconds ?? 0) : 0;
  return Math.max(backoffSeconds(receiveCount), Math.min(LONGEST_BACKOFF_SECONDS, wanted));
}

/** Seconds since the event. A time in the future, from a wrong clock or a forger, is replaced by the queue's own. */
export function ageSeconds(eventTime: number | undefined, sentAt: number | undefined, now: number): number {
  const known = [eventTime, sentAt].filter((time) => time !== undefined);
  return known.length === 0 ? 0 : Math.max(0, (now - Math.min(...known)) / 1000);
}

function absenceDelay(remaining: number, grace: number): number {
  return Math.min(remaining, grace / LOOKS_WITHIN_GRACE);
}
