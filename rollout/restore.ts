/** What a group launches from again after a failed update. */
import { type FoundGroup, type GroupAccess, type LaunchInput, launchAgain } from "./group-access";
import { type LaunchesFrom, same } from "./launched-from";
import { policyIsSaved } from "./mixed-policy";
import type { RolloutState } from "./rollout-state";
import { asLeft, launchInput, savesFirst } from "./run";

interface Around {
  readonly state: RolloutState;
  readonly group: FoundGroup;
  readonly target: LaunchesFrom;
  readonly previous?: RolloutState;
}

/**
 * What was in service until now: what the last successful update has left. The group may have something else saved, from an update that was
 * killed; this counts only if nothing better is known.
 */
export async function lastInService(
  access: GroupAccess,
  { state, group, target, previous }: Around,
): Promise<{ readonly restore?: LaunchInput; readonly resumes: boolean }> {
  const isSaved = (one: RolloutState, from: LaunchesFrom) =>
    same(group.saved, from) && policyIsSaved(group.mixedInstancesPolicy, one.mixedInstances, false);
  const left = previous && launchInput(previous, asLeft(previous));
  // An update that did not wait does not know whether its version came into service
  if (!isSaved(state, target)) return { restore: (previous?.wait && left) || launchAgain(group), resumes: false };
  if (previous === undefined || isSaved(previous, asLeft(previous))) return { resumes: false };
  if (await hasReplaced(access, previous)) return { resumes: false };
  return { restore: left, resumes: savesFirst(state, group) };
}

/** Whether a refresh has succeeded since the last update that ended: instances do not tell the requirements that chose them. */
async function hasReplaced(access: GroupAccess, previous: RolloutState): Promise<boolean> {
  const newest = await access.refresh();
  return newest?.status === "Successful" && newest.id !== previous.refreshId;
}
