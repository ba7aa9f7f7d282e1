import { accessGroup, type FoundGroup, hasEnded } from "./group-access";
import { createPause } from "./pause";
import type { RolloutState } from "./rollout-state";
import type { Say } from "./run";

/** How long a destroy waits for a cancelled refresh to end. */
const LIMIT_MS = 120_000;

/** Before a group is destroyed, its refresh is cancelled, so that it launches nothing after the destroy has terminated the instances. */
export async function stopRollout(state: RolloutState, say: Say): Promise<void> {
  const access = accessGroup(state);
  const group = await access.find();
  if (!group) return;
  for (const line of obstacles(state.groupName, group)) say(`${state.groupName}: warning: ${line}`);
  const active = await access.refresh();
  if (!active || hasEnded(active.status)) return;
  say(`${state.groupName}: cancelling instance refresh ${active.id}, which is ${active.status}`);
  if (active.status !== "Cancelling") await access.cancel();
  const [pause, end] = [createPause(), Date.now() + LIMIT_MS];
  while (Date.now() < end) {
    const refresh = await access.refresh(active.id);
    if (!refresh || hasEnded(refresh.status)) return;
    await pause.wait();
  }
  // AWS ends a refresh with its group; the deletion of the group continues in parallel
  say(`${state.groupName}: instance refresh ${active.id} is still being cancelled`);
}

/**
 * What keeps instances in a group whose capacity is set to zero. The provider waits for them, for ten minutes by default.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/5277 and 34113
 */
function obstacles(groupName: string, { suspended, members }: FoundGroup): string[] {
  const vain = "so the deletion of the group waits for its instances in vain";
  const standby = members.filter(({ lifecycleState }) => lifecycleState === "Standby").map(({ id }) => id);
  const command = (words: string) => `aws autoscaling ${words}`;
  const inGroup = `--auto-scaling-group-name ${groupName}`;
  return [
    ...(suspended.includes("Terminate")
      ? [
          `'Terminate' is suspended, ${vain}; resume it: ${command(`resume-processes ${inGroup} --scaling-processes Terminate`)}`,
        ]
      : []),
    ...(standby.length > 0
      ? [
          `${standby.join(", ")} in Standby, ${vain}; if it fails, bring them back into service and destroy again: ` +
            command(`exit-standby ${inGroup} --instance-ids ${standby.join(" ")}`),
        ]
      : []),
  ];
}
