/** State that the steps of one rollout share. */
import type { ToldFailure } from "./failure-report";
import type { GroupAccess } from "./group-access";
import type { LaunchesFrom } from "./launched-from";
import { ownTemplates } from "./mixed-policy";
import type { RolloutState } from "./rollout-state";

/** Prints a line for the user who runs the update. */
export type Say = (line: string) => void;

/** Everything that the steps of one update share. */
export interface Run {
  readonly access: GroupAccess;
  readonly state: RolloutState;
  /** The wanted version: the declared one, or the saved one if they are identical. */
  readonly target: LaunchesFrom;
  /** What was saved on the group when the update started. */
  readonly before: LaunchesFrom;
  /** Ids of activities and instances that existed when the group got the version: they belong to another version. */
  readonly earlier: Set<string>;
  /** Failed instances that are kept, by id: whatever they were launched from, they never come into service on their own. */
  readonly kept: Map<string, ToldFailure>;
  readonly say: Say;
}

export function declaredOf({ templateId, version, configurationName, mixedInstances }: RolloutState): LaunchesFrom {
  if (configurationName) return { configurationName };
  return { templateId, version, ...ownTemplates(mixedInstances?.Overrides) };
}

export function leavesOf({ preferences }: RolloutState) {
  return {
    isProtected: preferences.ScaleInProtectedInstances === "Ignore",
    standby: preferences.StandbyInstances === "Ignore",
  };
}
