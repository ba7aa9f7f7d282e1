import { canRollBack, isInService, type Member } from "./decide";
import type { ToldFailure } from "./failure-report";
import { type GroupAccess, hasEnded } from "./group-access";
import { watchLaunches } from "./launch-watch";
import { isFrom, same } from "./launched-from";
import { createPause } from "./pause";
import { duration, type ProgressView, progressLine, type RefreshProgress, waitsAt } from "./progress";
import type { Run } from "./run";
import { failed, failedText, tryAgain } from "./words";

/** A line is repeated after this time, so that the user sees that the rollout continues. */
const REPEAT_MS = 60_000;

/**
 * Follows an instance refresh to its end, and stops it where AWS would continue: if too many new instances failed, or there was no progress
 * for the time limit.
 *
 * @throws if it did not succeed, after it has been rolled back or cancelled
 */
export async function follow(run: Run, id: string): Promise<void> {
  const { access } = run;
  const first = await refreshOf(access, id);
  const watch = watchLaunches(run, first.startedAt - 1000);
  const [pause, clock] = [createPause(), createClock(run.say)];
  let cause: string | undefined;
  for (;;) {
    const refresh = await refreshOf(access, id);
    if (!/^Rollback/.test(refresh.status)) await watch.look();
    if (hasEnded(refresh.status)) return end(run, refresh, watch.all(), cause);
    const view = await viewOf(access, refresh, clock.reachedAt(refresh));
    if (clock.show(view)) pause.shorten();
    if (cause === undefined && /^(Pending|InProgress|Baking)$/.test(refresh.status)) {
      cause = reasonToStop(run, watch.failures().length, clock.quietMs(view));
      if (cause) await stop(run, cause);
    }
    await pause.wait();
  }
}

/** Observers of a running refresh. */
type Watcher = Pick<Run, "access" | "say">;

/**
 * Waits for the end of a refresh that this update did not start, whatever its result.
 *
 * @param limitSeconds maximum time without progress. @default none, for a person who can stop it
 * @throws if it is exceeded
 */
export async function awaitEnd(
  { access, say }: Watcher,
  id: string,
  limitSeconds = Infinity,
): Promise<RefreshProgress> {
  const [pause, clock] = [createPause(), createClock(say)];
  for (;;) {
    const refresh = await refreshOf(access, id);
    if (hasEnded(refresh.status)) return refresh;
    const view = await viewOf(access, refresh, clock.reachedAt(refresh));
    if (clock.show(view)) pause.shorten();
    if (clock.quietMs(view) >= limitSeconds * 1000) throw new Error(stuckText(access, view, limitSeconds));
    await pause.wait();
  }
}

function stuckText({ groupName }: GroupAccess, { refresh, launching }: ProgressView, limitSeconds: number): string {
  const waits = launching.length > 0 ? `; AWS is waiting for ${launching.join(", ")}` : "";
  return (
    `Instance refresh ${refresh.id} of group "${groupName}" is ${refresh.status}, without progress for ` +
    `${duration(limitSeconds)}${waits}: terminate the instance that hangs ('aws autoscaling terminate-instance-in-auto-scaling-group'), then update again`
  );
}

async function refreshOf(access: GroupAccess, id: string): Promise<RefreshProgress> {
  const refresh = await access.refresh(id);
  if (refresh) return refresh;
  throw new Error(`AWS no longer knows instance refresh ${id} of group "${access.groupName}"; update again`);
}

/**
 * The state of a refresh and its surroundings.
 *
 * @param reachedAt when its checkpoint was reached
 */
export async function viewOf(access: GroupAccess, refresh: RefreshProgress, reachedAt?: number): Promise<ProgressView> {
  const [group, alarms] = await Promise.all([access.find(), access.alarms(refresh.alarmNames)]);
  const members = group?.members ?? [];
  const saved = group?.saved ?? {};
  const wanted = /^Rollback/.test(refresh.status) ? saved : (refresh.desired ?? saved);
  const inService = members.filter(isInService);
  const waited = reachedAt === undefined ? Number.POSITIVE_INFINITY : (Date.now() - reachedAt) / 1000;
  const [percentage, remainingSeconds] = [waitsAt(refresh), refresh.checkpointDelaySeconds - waited];
  return {
    refresh,
    updated: inService.filter((member) => isFrom(member, wanted)).length,
    inService: inService.length,
    launching: members
      .filter(({ lifecycleState }) => /^Pending/.test(lifecycleState))
      .map(({ id, lifecycleState }) => `${id} ${lifecycleState}`),
    ...(percentage !== undefined && remainingSeconds > 0 && { checkpoint: { percentage, remainingSeconds } }),
    alarms,
  };
}

/** Prints progress, and measures the time without it. */
function createClock(say: Run["say"]) {
  let [last, saidAt, movedAt] = ["", 0, Date.now()];
  let reached: { percentage: number; at: number } | undefined;
  return {
    /** When the checkpoint at which the refresh may be waiting was reached. */
    reachedAt(refresh: RefreshProgress): number | undefined {
      if (waitsAt(refresh) === undefined) return undefined;
      if (reached?.percentage !== refresh.percentage) reached = { percentage: refresh.percentage, at: Date.now() };
      return reached.at;
    },
    /** @returns whether there was progress */
    show(view: ProgressView): boolean {
      const { checkpoint, ...rest } = view;
      const key = JSON.stringify([rest, checkpoint?.percentage]);
      const moved = key !== last;
      if (moved || Date.now() - saidAt > REPEAT_MS) {
        say(progressLine(view));
        saidAt = Date.now();
      }
      if (moved) [last, movedAt] = [key, Date.now()];
      return moved;
    },
    /** Waiting at a checkpoint is intended, and does not count. */
    quietMs({ checkpoint }: ProgressView): number {
      if (checkpoint) movedAt = Date.now();
      return Date.now() - movedAt;
    },
  };
}

function reasonToStop({ state, kept }: Run, failures: number, quietMs: number): string | undefined {
  if (kept.size > 0) return "a new instance failed its first boot and is kept, and AWS would wait for it";
  if (failures > state.failuresAllowed) return failedText(failures);
  if (quietMs < state.timeoutSeconds * 1000) return undefined;
  return `no progress for ${duration(state.timeoutSeconds)}`;
}

/** AWS itself would keep trying as long as launches fail. */
async function stop(run: Run, cause: string): Promise<void> {
  const { access, before, target, state, kept, say } = run;
  // A rollback would replace the kept instances, which are to be inspected
  if (state.preferences.AutoRollback && canRollBack(before, target) && kept.size === 0) {
    say(`${cause}: rolling back`);
    return access.rollBack();
  }
  say(`${cause}: cancelling`);
  // Before the refresh ends, so that a surplus instance is a new one and not one of the previous
  // configuration
  await putBack(run);
  return access.cancel();
}

/** A launch configuration was saved first; the previous one is saved again. */
async function putBack({ access, before, target }: Run): Promise<void> {
  if (!target.configurationName || !before.configurationName || same(before, target)) return;
  await access.save({ LaunchConfigurationName: before.configurationName });
}

async function end(
  run: Run,
  refresh: RefreshProgress,
  failures: readonly ToldFailure[],
  stopped: string | undefined,
): Promise<void> {
  if (refresh.status === "Successful") return;
  await putBack(run);
  const group = await run.access.find();
  const told = [refresh.rollbackReason, refresh.reason].find((one) => one && !/by user request/i.test(one));
  const why = stopped ?? told ?? (refresh.reason || "AWS gives no reason");
  const cause = `the instance refresh ended ${refresh.status}: ${why}`;
  throw failed(run, group, { cause, failures, next: nextFor(run, refresh.status, group?.members ?? []) });
}

function nextFor(run: Run, status: string, members: readonly Member[]): string {
  const { before, target } = run;
  const others = members.filter(({ id }) => !run.kept.has(id));
  const still = others.some((one) => isFrom(one, target) && !isFrom(one, before));
  if (status === "RollbackSuccessful" || !still) return tryAgain(run);
  const left = "instances of the new version are left; 'pulumi up' with the previous image replaces them, ";
  return `${left}with a fixed image all of them${run.kept.size > 0 ? `; ${tryAgain(run)}` : ""}`;
}
