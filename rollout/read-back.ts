import { accessGroup, hasEnded } from "./group-access";
import { type LaunchesFrom, type OwnTemplate, same } from "./launched-from";
import type { MixedInstancesSettings, RolloutState } from "./rollout-state";
import { declaredOf } from "./run";

/**
 * The state as AWS has it: another version where somebody saved one on the group by hand, or where a rollout that nobody waited for did not
 * succeed. Undefined where the group is gone.
 */
export async function readBack(state: RolloutState): Promise<RolloutState | undefined> {
  const access = accessGroup(state);
  const group = await access.find();
  if (!group) return undefined;
  if (same(group.saved, asLeft(state))) return state;
  const refresh = await access.refresh();
  const isOnItsWay = refresh?.desired && !hasEnded(refresh.status) && same(refresh.desired, declaredOf(state));
  if (isOnItsWay) return state;
  const { templateId: _id, version: _version, configurationName: _name, mixedInstances, ...rest } = state;
  const { overrides = [], ...first } = group.saved;
  const mixed = mixedInstances && { mixedInstances: withVersions(mixedInstances, overrides) };
  return { ...rest, ...first, ...mixed, ...(first.version && { savedVersion: first.version }) };
}

/** What the group had saved when the last update ended. */
function asLeft(state: RolloutState): LaunchesFrom {
  const { overrides, ...declared } = declaredOf(state);
  if (declared.configurationName) return declared;
  const { savedVersion = declared.version, savedVersions = {} } = state;
  const own = overrides?.map((one) => ({ ...one, version: savedVersions[one.templateId ?? ""] ?? one.version }));
  return { ...declared, version: savedVersion, ...(own && { overrides: own }) };
}

/** The settings with the versions that AWS has: where it has none of a template, its override has none of its own. */
function withVersions(mixed: MixedInstancesSettings, saved: readonly OwnTemplate[]): MixedInstancesSettings {
  const Overrides = mixed.Overrides.map(({ LaunchTemplateSpecification: own, ...override }) => {
    const Version = saved.find(({ templateId }) => own?.LaunchTemplateId === templateId)?.version;
    return own && Version ? { ...override, LaunchTemplateSpecification: { ...own, Version } } : override;
  });
  return { ...mixed, Overrides };
}
