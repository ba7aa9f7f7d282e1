/** What the steps of one rollout share. */
import type { LaunchedFrom } from "./decide";
import type { ToldFailure } from "./failure-report";
import type { GroupAccess } from "./group-access";
import type { RolloutState } from "./rollout-state";

/** Prints a line for whoever runs the update. */
export type Say = (line: string) => void;

/** Everything that the steps of one update share. */
export interface Run {
  readonly access: GroupAccess;
  readonly state: RolloutState;
  /** What is wanted: the declared version, or the saved one where that holds the same. */
  readonly target: LaunchedFrom;
  /** What the group had saved when the update began. */
  readonly before: LaunchedFrom;
  /** Ids of activities and instances that were there when the group was given the version: they are another version's. */
  readonly earlier: Set<string>;
  /** Instances that failed and are kept, by id: whatever they were launched from, they never come into service by themselves. */
  readonly kept: Map<string, ToldFailure>;
  readonly say: Say;
}

export function declaredOf({ templateId, version, configurationName }: RolloutState): LaunchedFrom {
  return configurationName ? { configurationName } : { templateId, version };
}

export function leavesOf({ preferences }: RolloutState) {
  return {
    isProtected: preferences.ScaleInProtectedInstances === "Ignore",
    standby: preferences.StandbyInstances === "Ignore",
  };
}
