import { isInService, type Member } from "../../rollout/decide";
import type { FoundGroup, GroupAccess } from "../../rollout/group-access";
import { isFrom } from "../../rollout/launched-from";
import type { RefreshProgress } from "../../rollout/progress";

/** Instances in service that run another version than the group launches. */
export function outdatedOf({ saved, members }: FoundGroup): Member[] {
  return members.filter((member) => isInService(member) && !isFrom(member, saved));
}

/** The output of `rollout --json`. */
export function report({ groupName, region }: GroupAccess, group: FoundGroup, refresh: RefreshProgress | undefined) {
  const { saved, members } = group;
  return {
    group: groupName,
    region,
    launches: saved,
    instances: members.map(({ id, lifecycleState, healthy, launchedFrom }) => {
      return { id, lifecycleState, healthy, ...launchedFrom };
    }),
    outdated: outdatedOf(group).map(({ id }) => id),
    refresh: refresh && {
      id: refresh.id,
      status: refresh.status,
      reason: refresh.rollbackReason || refresh.reason,
      percentage: refresh.percentage,
      left: refresh.left,
      startedAt: new Date(refresh.startedAt).toISOString(),
      desired: refresh.desired,
    },
  };
}
