import { isInService } from "./decide";
import { accessGroup, hasEnded } from "./group-access";
import { isFrom, type OwnTemplate, same } from "./launched-from";
import type { MixedInstancesSettings, RolloutState } from "./rollout-state";
import { asLeft, declaredOf, savesFirst } from "./run";

/**
 * The state in AWS: unfinished if the group has another mixed instances policy, and another version if somebody saved one on the group by
 * hand, or if a rollout that was not waited for failed. Undefined if the group no longer exists.
 */
export async function readBack(state: RolloutState): Promise<RolloutState | undefined> {
  const access = accessGroup(state);
  const group = await access.find();
  if (!group) return undefined;
  const isSame = same(group.saved, asLeft(state));
  // What AWS adds to a policy on its own is no difference
  if (isSame && access.isPolicySaved(group, state.mixedInstances, false)) return state;
  const refresh = await access.refresh();
  const isOnItsWay = refresh?.desired && !hasEnded(refresh.status) && same(refresh.desired, declaredOf(state));
  if (isOnItsWay) return state;
  if (isSame) return { ...state, unfinished: true };
  const isMixed = group.members.some((member) => isInService(member) && !isFrom(member, group.saved));
  const isRunning = refresh !== undefined && !hasEnded(refresh.status);
  // Saved before the refresh: an interrupted one leaves a version saved that instances lack, or may prove bad
  if (savesFirst(state, group) && (isMixed || isRunning)) return { ...state, unfinished: true };
  const { templateId: _id, version: _version, configurationName: _name, mixedInstances, ...rest } = state;
  const { overrides = [], ...first } = group.saved;
  const mixed = mixedInstances && { mixedInstances: withVersions(mixedInstances, overrides) };
  return { ...rest, ...first, ...mixed, ...(first.version && { savedVersion: first.version }) };
}

/** The settings with the versions that AWS has; if it has none for a template, no override names that template. */
function withVersions(mixed: MixedInstancesSettings, saved: readonly OwnTemplate[]): MixedInstancesSettings {
  const Overrides = mixed.Overrides.map(({ LaunchTemplateSpecification: own, ...override }) => {
    const Version = saved.find(({ templateId }) => own?.LaunchTemplateId === templateId)?.version;
    return own && Version ? { ...override, LaunchTemplateSpecification: { ...own, Version } } : override;
  });
  return { ...mixed, Overrides };
}
