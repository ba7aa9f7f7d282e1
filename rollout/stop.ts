import { accessGroup, hasEnded } from "./group-access";
import { createPause } from "./pause";
import type { RolloutState } from "./rollout-state";
import type { Say } from "./run";

/** How long a destroy waits for a cancelled refresh to end. */
const LIMIT_MS = 120_000;

/** Before a group is destroyed, its refresh is cancelled, so that it launches nothing after the destroy has terminated the instances. */
export async function stopRollout(state: RolloutState, say: Say): Promise<void> {
  const access = accessGroup(state);
  if (!(await access.find())) return;
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
