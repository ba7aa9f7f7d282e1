import type { FoundGroup, GroupAccess } from "./group-access";
import { type LaunchesFrom, same, templatesOf } from "./launched-from";
import type { RolloutState } from "./rollout-state";
import { declaredOf, type Say } from "./run";

/**
 * A version with the same content as the saved one is not rolled out, for example after a return to the previous image. Each template of a
 * mixed group is compared separately.
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
    say(`version ${version}${of} has the same content as version ${before}, which the group has`);
    kept.set(templateId, before);
  }
  const resolved = <One extends LaunchesFrom>(one: One): One => {
    return { ...one, version: kept.get(one.templateId ?? "") ?? one.version };
  };
  const overrides = declared.overrides?.map(resolved);
  return { ...resolved(declared), ...(overrides && { overrides }) };
}
