import type { ChefClient } from "../../chef";
import { CAUSES, type CauseKind } from "../dead-letters/causes";
import type { DeadLetter } from "../dead-letters/dead-letter";
import { type Decide, lookAtNodeAndClient } from "../reap/decide";

/** Whether a dead letter is sent back to the reaper's queue, and why. */
export interface Verdict {
  /** `back`: its cause is fixed. `stays`: it would only become a dead letter again. */
  readonly verdict: "back" | "stays";
  readonly reason: string;
  /** What to do if it stays. */
  readonly fix?: string;
  /** Whether the Chef server or AWS did not respond, in which case the next message would fail too. */
  readonly unasked?: boolean;
}

export interface Judging {
  readonly chef: ChefClient;
  readonly decide: Decide;
  /** Which permissions the operator lacks; undefined if none, or if they could not be tested. Determined only once. */
  forbidden(): Promise<string | undefined>;
}

/**
 * Evaluates the message again with the reaper's current rules, without removing anything. Never throws: if nothing responds, the cause is
 * not fixed.
 */
export async function judge({ id, body, cause, sentAt }: DeadLetter, judging: Judging): Promise<Verdict> {
  const { chef, decide, forbidden } = judging;
  const decided = await decide.message({ id, body, sentAt }, (target) => lookAtNodeAndClient(chef, target));
  if (decided.outcome === "retry") return { verdict: "stays", reason: decided.reason, unasked: decided.failed };
  if (decided.outcome === "dead-letter") {
    return { verdict: "stays", reason: decided.reason, fix: CAUSES[decided.cause].fix };
  }
  // Reading works now, but the earlier attempts may have failed at deleting
  const still = cause === "exhausted" ? await forbidden() : undefined;
  if (still !== undefined)
    return { verdict: "stays", reason: still, fix: "'chef-autoscaling doctor' prints the commands that grant this" };
  return { verdict: "back", reason: GONE[cause] };
}

const GONE: Readonly<Record<CauseKind, string>> = {
  exhausted: "the Chef server and AWS respond now",
  alive: "the instance is gone now",
  contradictory: "it no longer contradicts itself",
  unstated: "the current rules allow it",
  "other-group": "the group is one of the reaper's now",
  "other-account": "the group is in the reaper's account now",
  "other-instance": "its node no longer carries another instance's id",
  "other-place": "its node no longer reports another region or account",
  "other-name": "the reaper will search again",
  "not-understood": "it is understood now",
};
