/** State that the steps of one rollout share. */
import type { ToldFailure } from "./failure-report";
import type { FoundGroup, GroupAccess, LaunchInput } from "./group-access";
import type { LaunchesFrom } from "./launched-from";
import { choosesByAttributes, ownTemplates, policyOf } from "./mixed-policy";
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
  /**
   * What is saved again if the rollout fails after the group got the new version: where AWS takes no desired configuration, or no instance
   * was in service. Undefined where nothing else is known to have been in service, or after a refresh has succeeded.
   */
  readonly restore?: LaunchInput;
  /** Whether the new configuration is saved on the group before its refresh. */
  readonly savesFirst: boolean;
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

/**
 * Whether AWS takes neither a desired configuration nor skip matching: with launch configurations, and for groups that choose types by
 * attributes.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations
 */
export function savesFirst(state: RolloutState, group?: FoundGroup): boolean {
  return (
    state.configurationName !== undefined ||
    choosesByAttributes(state.mixedInstances?.Overrides) ||
    choosesByAttributes(group?.mixedInstancesPolicy?.LaunchTemplate?.Overrides)
  );
}

/** The launch source that the group had saved when the last update ended. */
export function asLeft(state: RolloutState): LaunchesFrom {
  const { overrides, ...declared } = declaredOf(state);
  if (declared.configurationName) return declared;
  const { savedVersion = declared.version, savedVersions = {} } = state;
  const own = overrides?.map((one) => ({ ...one, version: savedVersions[one.templateId ?? ""] ?? one.version }));
  return { ...declared, version: savedVersion, ...(own && { overrides: own }) };
}

/** A launch source as an input of AWS. */
export function launchInput({ mixedInstances }: RolloutState, target: LaunchesFrom): LaunchInput {
  if (target.configurationName) return { LaunchConfigurationName: target.configurationName };
  if (mixedInstances) return { MixedInstancesPolicy: policyOf(mixedInstances, target) };
  return { LaunchTemplate: { LaunchTemplateId: target.templateId, Version: target.version } };
}

export function leavesOf({ preferences }: RolloutState) {
  return {
    isProtected: preferences.ScaleInProtectedInstances === "Ignore",
    standby: preferences.StandbyInstances === "Ignore",
  };
}
