/** What the steps of one rollout share. */
import type { ToldFailure } from "./failure-report";
import type { GroupAccess } from "./group-access";
import type { LaunchesFrom } from "./launched-from";
import { ownTemplates } from "./mixed-policy";
import type { RolloutState } from "./rollout-state";

/** Prints a line for whoever runs the update. */
export type Say = (line: string) => void;

/** Everything that the steps of one update share. */
export interface Run {
  readonly access: GroupAccess;
  readonly state: RolloutState;
  /** What is wanted: the declared version, or the saved one where that holds the same. */
  readonly target: LaunchesFrom;
  /** What the group had saved when the update began. */
  readonly before: LaunchesFrom;
  /** Ids of activities and instances that were there when the group was given the version: they are another version's. */
  readonly earlier: Set<string>;
  /** Instances that failed and are kept, by id: whatever they were launched from, they never come into service by themselves. */
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
