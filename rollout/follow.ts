import { canRollBack, isInService, type Member } from "./decide";
import type { ToldFailure } from "./failure-report";
import { type GroupAccess, hasEnded } from "./group-access";
import { watchLaunches } from "./launch-watch";
import { isFrom, same } from "./launched-from";
import { createPause } from "./pause";
import { duration, type ProgressView, progressLine, type RefreshProgress, waitsAt } from "./progress";
import type { Run } from "./run";
import { failed, failedText, tryAgain } from "./words";

/** A line is repeated after so long, so that a person sees it goes on. */
const REPEAT_MS = 60_000;

/**
 * Follows an instance refresh to its end, and stops it where AWS would let it go on: when too many new instances failed,
 * or nothing has moved for the time limit.
 *
 * @throws when it did not succeed, after it has gone back or was cancelled
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

/** Who looks on while a refresh runs. */
type Watcher = Pick<Run, "access" | "say">;

/**
 * Waits for the end of a refresh that is not this update's, whatever end that is.
 *
 * @param limitSeconds how long nothing may move. @default for ever, as a person does who can stop it
 * @throws when it is over that
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
  const waits = launching.length > 0 ? `; AWS waits for ${launching.join(", ")}` : "";
  return (
    `Instance refresh ${refresh.id} of group "${groupName}" is ${refresh.status}, and nothing has moved for ` +
    `${duration(limitSeconds)}${waits}: end what hangs ('aws autoscaling terminate-instance-in-auto-scaling-group'), then update again`
  );
}

async function refreshOf(access: GroupAccess, id: string): Promise<RefreshProgress> {
  const refresh = await access.refresh(id);
  if (refresh) return refresh;
  throw new Error(`AWS does not know instance refresh ${id} of group "${access.groupName}" any more; update again`);
}

/** How a refresh is, with what stands around it. @param reachedAt when its checkpoint was reached */
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

/** Says what moved, and since when nothing has. */
function createClock(say: Run["say"]) {
  let [last, saidAt, movedAt] = ["", 0, Date.now()];
  let reached: { percentage: number; at: number } | undefined;
  return {
    /** When the checkpoint was seen to be reached that the refresh may wait at. */
    reachedAt(refresh: RefreshProgress): number | undefined {
      if (waitsAt(refresh) === undefined) return undefined;
      if (reached?.percentage !== refresh.percentage) reached = { percentage: refresh.percentage, at: Date.now() };
      return reached.at;
    },
    /** @returns whether something moved */
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
    /** The wait at a checkpoint is wanted, and does not count. */
    quietMs({ checkpoint }: ProgressView): number {
      if (checkpoint) movedAt = Date.now();
      return Date.now() - movedAt;
    },
  };
}

function reasonToStop({ state, kept }: Run, failures: number, quietMs: number): string | undefined {
  if (kept.size > 0) return "a new instance failed its first boot and is kept, for which AWS would wait";
  if (failures > state.failuresAllowed) return failedText(failures);
  if (quietMs < state.timeoutSeconds * 1000) return undefined;
  return `nothing has moved for ${duration(state.timeoutSeconds)}`;
}

/** AWS itself would try on for as long as the launches fail. */
async function stop(run: Run, cause: string): Promise<void> {
  const { access, before, target, state, kept, say } = run;
  // A rollback would replace what is kept to be looked at
  if (state.preferences.AutoRollback && canRollBack(before, target) && kept.size === 0) {
    say(`${cause}: rolling back`);
    return access.rollBack();
  }
  say(`${cause}: cancelling`);
  // Before the refresh ends, so that what is too much by then is a new instance and none from the configuration before
  await putBack(run);
  return access.cancel();
}

/** A launch configuration was saved first; what the group launches from now on is what it was. */
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
  const left = "instances of the new version are left; 'pulumi up' with the image before replaces them, ";
  return `${left}with a mended image all of them${run.kept.size > 0 ? `; ${tryAgain(run)}` : ""}`;
}
