import type { FoundGroup, GroupAccess } from "./group-access";
import { type LaunchesFrom, same, templatesOf } from "./launched-from";
import type { RolloutState } from "./rollout-state";
import { declaredOf, type Say } from "./run";

/**
 * A version that holds what the saved one holds is none to roll out: so is a way back to the image before. Each template of a mixed group
 * is looked at for itself.
 */
export async function targetOf(
  access: GroupAccess,
  state: RolloutState,
  group: FoundGroup,
  say: Say,
): Promise<LaunchesFrom> {
  const [declared, { saved }] = [declaredOf(state), group];
  if (!saved.version || same(declared, saved) || saved.templateId !== declared.templateId) return declared;
  if (!access.isPolicySaved(group, state.mixedInstances)) return declared;
  const kept = new Map<string, string>();
  for (const { templateId = "", version = "" } of templatesOf(declared)) {
    const before = templatesOf(saved).find((one) => one.templateId === templateId)?.version;
    if (!before || before === version || !(await access.holdSame(templateId, before, version))) continue;
    const of = declared.overrides ? ` of ${templateId}` : "";
    say(`version ${version}${of} holds the same as version ${before}, which the group has`);
    kept.set(templateId, before);
  }
  const resolved = <One extends LaunchesFrom>(one: One): One => {
    return { ...one, version: kept.get(one.templateId ?? "") ?? one.version };
  };
  const overrides = declared.overrides?.map(resolved);
  return { ...resolved(declared), ...(overrides && { overrides }) };
}
