import { counted } from "./decide";
import { watchLaunches } from "./launch-watch";
import { createPause } from "./pause";
import { duration } from "./progress";
import { leavesOf, type Run } from "./run";
import { failed, failedText, tryAgain } from "./words";

/**
 * Waits until the least of the group is in service from the wanted version, which with the launch hook means converged.
 * It counts at least, not exactly, and lets Auto Scaling try on where EC2 is short of capacity.
 *
 * @throws when too many instances failed, or none came for the time limit
 */
export async function awaitInstances(run: Run): Promise<void> {
  const { access, state, say } = run;
  const since = await beginning(run);
  const [watch, pause] = [watchLaunches(run, since), createPause()];
  let [last, changedAt] = ["", Date.now()];
  for (;;) {
    await watch.look();
    const group = await access.find();
    const members = (group?.members ?? []).filter(({ id }) => !run.kept.has(id));
    const { serving, outdated } = counted(members, { target: run.target, leaves: leavesOf(state) });
    const capacity = serving.reduce((sum, { weight }) => sum + weight, 0);
    const wanted = Math.min(state.minSize, group?.minSize ?? 0);
    if (capacity >= wanted && outdated.length === 0) return;
    // What came into service from another version meanwhile is for a refresh
    if (outdated.some(({ lifecycleState }) => lifecycleState === "InService")) return;
    const coming = (group?.members ?? []).filter(({ lifecycleState }) => /^Pending/.test(lifecycleState));
    const line = `${capacity} of ${wanted} in service${coming.map(({ id, lifecycleState }) => `, ${id} ${lifecycleState}`).join("")}`;
    if (line !== last) {
      say(line);
      [last, changedAt] = [line, Date.now()];
      pause.shorten();
    }
    const cause =
      reasonToEnd(run, watch.failures().length, Date.now() - changedAt) ??
      leavesTooFew(run, group?.desired ?? 0, wanted);
    if (cause) throw failed(run, group, { cause, failures: watch.all(), next: tryAgain(run) });
    await pause.wait();
  }
}

/** A new group's first instances began with it; those of a group that grows begin now. */
async function beginning({ access }: Run): Promise<number> {
  const group = await access.find();
  const recent = Date.now() - 600_000;
  return group && group.createdAt > recent ? group.createdAt - 1000 : Date.now() - 1000;
}

/** AWS counts what is kept as one of those it was asked for, and launches none in its place. */
function leavesTooFew({ kept }: Run, desired: number, wanted: number): string | undefined {
  if (kept.size === 0 || desired - kept.size >= wanted) return undefined;
  return `${kept.size} of ${desired} failed the first boot and ${kept.size === 1 ? "is" : "are"} kept, which leaves fewer than ${wanted}`;
}

function reasonToEnd({ state }: Run, failures: number, quietMs: number): string | undefined {
  if (failures > state.failuresAllowed) return failedText(failures);
  if (quietMs < state.timeoutSeconds * 1000) return undefined;
  return `nothing has changed for ${duration(state.timeoutSeconds)}`;
}
