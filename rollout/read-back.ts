import { same } from "./decide";
import { accessGroup, hasEnded } from "./group-access";
import type { RolloutState } from "./rollout-state";
import { declaredOf } from "./run";

/**
 * The state in AWS: another version if somebody saved one on the group by hand, or if a rollout that was not waited for failed. Undefined
 * if the group no longer exists.
 */
export async function readBack(state: RolloutState): Promise<RolloutState | undefined> {
  const access = accessGroup(state);
  const group = await access.find();
  if (!group) return undefined;
  const { templateId, version, configurationName } = group.saved;
  const asLeft = configurationName
    ? configurationName === state.configurationName
    : templateId === state.templateId && version === (state.savedVersion ?? state.version);
  if (asLeft) return state;
  const refresh = await access.refresh();
  const isOnItsWay = refresh?.desired && !hasEnded(refresh.status) && same(refresh.desired, declaredOf(state));
  if (isOnItsWay) return state;
  const { templateId: _id, version: _version, configurationName: _name, ...rest } = state;
  return { ...rest, ...group.saved, ...(version && { savedVersion: version }) };
}
