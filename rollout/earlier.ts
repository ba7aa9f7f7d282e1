/** Activities and instances of other versions, whose failures say nothing about the wanted one. */
import { failedLaunches } from "./failures";
import type { FoundGroup } from "./group-access";
import { found } from "./interrupted";
import { isFrom } from "./launched-from";
import type { Run } from "./run";

/** Failures that are older do not count anyway. */
export const RECENT_MS = 600_000;

/** Instances of another version may still be booting, or have failed a moment ago. */
export async function noteOthers({ access, earlier, target }: Run): Promise<FoundGroup> {
  const [group, since] = [await found(access), Date.now() - RECENT_MS];
  for (const member of group.members) if (!isFrom(member, target)) earlier.add(member.id);
  for (const { activityId } of failedLaunches(await access.activities(since), since)) earlier.add(activityId);
  return group;
}

/** When the group gets the wanted version, all that it has launched until then was of another one, and may still arrive or fail. */
export async function noteEarlier(run: Run): Promise<void> {
  for (const { id } of await run.access.activities(Date.now() - 3_600_000)) run.earlier.add(id);
  // An instance in transition may have no activity in that list yet
  await noteOthers(run);
}
