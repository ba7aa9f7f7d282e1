import type { ChefClient } from "../../chef";
import { CAUSES, type CauseKind } from "../dead-letters/causes";
import type { DeadLetter } from "../dead-letters/dead-letter";
import { type Decide, lookAtNodeAndClient } from "../reap/decide";

/** Whether a dead letter goes back to the reaper's queue, and why. */
export interface Verdict {
  /** `back`: what stood in its way is gone. `stays`: it would only come here again. */
  readonly verdict: "back" | "stays";
  readonly reason: string;
  /** What helps where it stays. */
  readonly fix?: string;
  /** Whether nobody could be asked, so that the next message would fare the same. */
  readonly unasked?: boolean;
}

export interface Judging {
  readonly chef: ChefClient;
  readonly decide: Decide;
  /** Why the operator's permissions do not suffice, undefined where they do or could not be tried. Asked for once. */
  forbidden(): Promise<string | undefined>;
}

/**
 * Decides on the message once more, as the reaper would now, and looks where it would remove.
 * Never throws: who cannot be asked has not mended what was wrong.
 */
export async function judge({ id, body, cause, sentAt }: DeadLetter, judging: Judging): Promise<Verdict> {
  const { chef, decide, forbidden } = judging;
  const decided = await decide.message({ id, body, sentAt }, (target) => lookAtNodeAndClient(chef, target));
  if (decided.outcome === "retry") return { verdict: "stays", reason: decided.reason, unasked: true };
  if (decided.outcome === "dead-letter") {
    return { verdict: "stays", reason: decided.reason, fix: CAUSES[decided.cause].fix };
  }
  // Reading worked; what was received in vain for so long may have failed at deleting
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
