import { counted } from "./decide";
import { watchLaunches } from "./launch-watch";
import { createPause } from "./pause";
import { duration } from "./progress";
import { leavesOf, type Run } from "./run";
import { failed, failedText, tryAgain } from "./words";

/**
 * Waits until at least the minimum of the group is in service with the wanted version; with the launch hook this means converged. It does
 * not wait for an exact number, and lets Auto Scaling retry while EC2 has no capacity.
 *
 * @throws if too many instances failed, or there was no progress for the time limit
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
    // Instances of another version that came into service meanwhile need a refresh
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

/** For a new group, counted from its creation; for a group that scales out, from now. */
async function beginning({ access }: Run): Promise<number> {
  const group = await access.find();
  const recent = Date.now() - 600_000;
  return group && group.createdAt > recent ? group.createdAt - 1000 : Date.now() - 1000;
}

/** AWS counts kept instances towards the desired capacity, and launches no replacements. */
function leavesTooFew({ kept }: Run, desired: number, wanted: number): string | undefined {
  if (kept.size === 0 || desired - kept.size >= wanted) return undefined;
  return `${kept.size} of ${desired} failed the first boot and ${kept.size === 1 ? "is" : "are"} kept, which leaves fewer than ${wanted}`;
}

function reasonToEnd({ state }: Run, failures: number, quietMs: number): string | undefined {
  if (failures > state.failuresAllowed) return failedText(failures);
  if (quietMs < state.timeoutSeconds * 1000) return undefined;
  return `no progress for ${duration(state.timeoutSeconds)}`;
}
