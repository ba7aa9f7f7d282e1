import { counted, isLaunching } from "./decide";
import { noteOthers, RECENT_MS } from "./earlier";
import { found } from "./interrupted";
import { watchLaunches } from "./launch-watch";
import { createPause } from "./pause";
import { duration } from "./progress";
import { putBack } from "./put-back";
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
  let [last, most, movedAt] = ["", -1, performance.now()];
  for (;;) {
    const group = await found(access);
    await watch.look();
    const members = group.members.filter(({ id }) => !run.kept.has(id));
    const { serving, outdated } = counted(members, { target: run.target, leaves: leavesOf(state) });
    const capacity = serving.reduce((sum, { weight }) => sum + weight, 0);
    const wanted = Math.min(state.minSize, group.minSize);
    if (capacity >= wanted && outdated.length === 0) return;
    // Instances of another version that came into service meanwhile need a refresh
    if (outdated.some(({ lifecycleState }) => lifecycleState === "InService")) return;
    const coming = group.members.filter(isLaunching);
    // The next step refuses to wait for launches that are suspended
    if (capacity < wanted && coming.length === 0 && group.suspended.includes("Launch")) return;
    const others = outdated.filter((one) => !coming.includes(one));
    const awaited = [...coming, ...others].map(({ id, lifecycleState }) => `, ${id} ${lifecycleState}`).join("");
    const line = `${capacity} of ${wanted} in service${awaited}`;
    if (line !== last) {
      say(line);
      last = line;
      pause.shorten();
    }
    // Instances that come into service and leave it again are no progress
    if (capacity > most) [most, movedAt] = [capacity, performance.now()];
    const cause =
      reasonToEnd(run, watch.failures().length, { quietMs: performance.now() - movedAt, line }) ??
      leavesTooFew(run, group.desired, wanted);
    if (cause) {
      await putBack(run);
      throw failed(run, await access.find(), { cause, failures: watch.all(), next: tryAgain(run) });
    }
    await pause.wait();
  }
}

/** Since when launches count. Those that have failed by now belong to an earlier update, whose cause may be fixed. */
async function beginning(run: Run): Promise<number> {
  const { createdAt } = await noteOthers(run);
  return Math.max(createdAt - 1000, Date.now() - RECENT_MS);
}

/** AWS counts kept instances towards the desired capacity, and launches no replacements. */
function leavesTooFew({ kept }: Run, desired: number, wanted: number): string | undefined {
  if (kept.size === 0 || desired - kept.size >= wanted) return undefined;
  return `${kept.size} of ${desired} failed the first boot and ${kept.size === 1 ? "is" : "are"} kept, which leaves fewer than ${wanted}`;
}

function reasonToEnd({ state }: Run, failures: number, { quietMs, line }: { quietMs: number; line: string }) {
  if (failures > state.failuresAllowed) return failedText(failures);
  if (quietMs < state.timeoutSeconds * 1000) return undefined;
  return `no progress for ${duration(state.timeoutSeconds)}: ${line}`;
}
