/** Starts an instance refresh, and follows it. */
import type { RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import { canRollBack } from "./decide";
import { noteOthers } from "./earlier";
import { launchName } from "./failure-report";
import { follow } from "./follow";
import { type GroupAccess, hasEnded } from "./group-access";
import { watchKept } from "./kept";
import { createPause } from "./pause";
import { putBack } from "./put-back";
import { keptText } from "./refusal";
import { launchInput, type Run } from "./run";
import { howToLook } from "./words";

/** `left`: AWS continues alone; `succeeded`: a refresh has */
export type Outcome = "left" | "succeeded" | undefined;

export async function start(run: Run): Promise<Outcome> {
  const { access, say, state, target } = run;
  await refuseBesideKept(run);
  // Where AWS takes no desired configuration, it is saved first, and the one before is restored on failure
  if (run.savesFirst) await access.save(launchInput(state, target));
  // A rollback goes to what is saved, which is the new version if no instance was in service a moment ago
  else await putBack(run);
  const { saved } = await noteOthers(run);
  const id = await startUnlessRunning(run, canRollBack(saved, target)).catch(async (error: unknown) => {
    await putBack(run);
    throw error;
  });
  if (id === undefined) return undefined;
  say(`rolling out ${launchName(target)}, instance refresh ${id}`);
  return followed(run, id);
}

export async function followed(run: Run, id: string): Promise<Outcome> {
  if (!run.state.wait) return leave(run);
  await follow(run, id);
  return "succeeded";
}

/** Whether AWS waits for an instance in a hook before it replaces others is not documented; a failed one is not waited for. */
async function refuseBesideKept(run: Run): Promise<void> {
  const { state, kept } = run;
  await watchKept(run)();
  if (kept.size === 0 || state.keptIn === undefined) return;
  throw new Error(keptText(run, state.keptIn));
}

/** Undefined if another refresh was started first, or this one by a request whose response was lost: the next poll finds it. */
async function startUnlessRunning(run: Run, reversible: boolean): Promise<string | undefined> {
  const { access, state, target } = run;
  try {
    return await access.start(run.savesFirst ? undefined : launchInput(state, target), preferencesOf(run, reversible));
  } catch (error) {
    if (!/^InstanceRefreshInProgress/.test((error as Error).name)) throw error;
    // Not seen yet: AWS may list it a moment later
    for (const pause = createPause(); !(await isRunning(access)); await pause.wait()) {
      if (pause.total() > LISTED_AFTER_MS) throw error;
    }
    return undefined;
  }
}

const LISTED_AFTER_MS = 60_000;

async function isRunning(access: GroupAccess): Promise<boolean> {
  const newest = await access.refresh();
  return newest !== undefined && !hasEnded(newest.status);
}

export function leave({ say, state }: Run): "left" {
  say(`AWS continues alone ('rollout.wait' is false); ${howToLook(state)}`);
  return "left";
}

function preferencesOf({ state: { preferences }, ...run }: Run, reversible: boolean): RefreshPreferences {
  const { AlarmNames, CheckpointPercentages, ...given } = preferences;
  return {
    ...given,
    AutoRollback: preferences.AutoRollback && reversible && !run.savesFirst,
    SkipMatching: preferences.SkipMatching && !run.savesFirst,
    CheckpointPercentages: CheckpointPercentages && [...CheckpointPercentages],
    AlarmSpecification: AlarmNames && { Alarms: [...AlarmNames] },
  };
}
