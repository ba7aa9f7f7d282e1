import { createClock } from "./clock";
import { canRollBack, isInService, isLaunching, NEEDED_PROCESSES } from "./decide";
import type { ToldFailure } from "./failure-report";
import { type FoundGroup, type GroupAccess, hasEnded } from "./group-access";
import { besideRefresh } from "./interrupted";
import { watchLaunches } from "./launch-watch";
import { isFrom } from "./launched-from";
import { createPause } from "./pause";
import { duration, type ProgressView, type RefreshProgress, waitsAt } from "./progress";
import { putBack, rollBackOrCancel } from "./put-back";
import type { Run } from "./run";
import { failed, failedText, tryAgain } from "./words";

/**
 * Follows an instance refresh to its end, and stops it where AWS would continue: if too many new instances failed, or there was no progress
 * for the time limit. The end of a stopped one is awaited for the same time.
 *
 * @throws if it did not succeed, after it has been rolled back or cancelled
 */
export function follow(run: Run, id: string): Promise<void> {
  return besideRefresh(run.access, id, () => untilEnd(run, id));
}

async function untilEnd(run: Run, id: string): Promise<void> {
  const { access, state } = run;
  const watch = watchLaunches(run, (await refreshOf(access, id)).startedAt - 1000);
  const [pause, clock] = [createPause(), createClock(run.say)];
  let cause: string | undefined;
  for (;;) {
    const refresh = await refreshOf(access, id);
    await watch.look(/^Rollback/.test(refresh.status));
    if (hasEnded(refresh.status)) return end(run, refresh, watch.all(), cause);
    const view = await viewOf(access, refresh, clock.reachedAt(refresh));
    if (clock.show(view)) pause.shorten();
    const quietMs = clock.quietMs(view);
    if (cause === undefined && /^(Pending|InProgress|Baking)$/.test(refresh.status)) {
      cause = reasonToStop(run, watch.failures().length, quietMs, view);
      if (cause) await stop(run, cause);
      if (cause) clock.restart();
    } else if (quietMs >= state.timeoutSeconds * 1000) {
      throw await stuck(run, view, watch.all(), cause);
    }
    await pause.wait();
  }
}

const LISTED_AFTER_MS = 10_000;

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

/** Not stopped by AWS either: what is there to be done by hand. */
async function stuck(run: Run, view: ProgressView, failures: readonly ToldFailure[], stopped?: string) {
  const { access, state } = run;
  await putBack(run);
  const { refresh, launching } = view;
  const quiet = `the instance refresh is ${refresh.status}, ${withoutProgress(state.timeoutSeconds, view)}`;
  const hanging = launching.length > 0 ? `AWS is waiting for ${launching.join(", ")}: ${END_HANGING}; or ` : "";
  const next = `${hanging}${howToCancel(access)}, then update again`;
  return failed(run, await access.find(), { cause: stopped ? `${stopped}; ${quiet}` : quiet, failures, next });
}

const END_HANGING = "terminate the instance that hangs ('aws autoscaling terminate-instance-in-auto-scaling-group')";

function withoutProgress(seconds: number, { suspended }: ProgressView): string {
  const why = suspended.length > 0 ? ` (the group has suspended ${suspended.join(", ")})` : "";
  return `without progress for ${duration(seconds)}${why}`;
}

function stuckText(access: GroupAccess, view: ProgressView, limitSeconds: number): string {
  const { refresh, launching } = view;
  const [waits, fix] =
    launching.length > 0 ? [`; AWS is waiting for ${launching.join(", ")}`, END_HANGING] : ["", howToCancel(access)];
  return (
    `Instance refresh ${refresh.id} of group "${access.groupName}" is ${refresh.status}, ` +
    `${withoutProgress(limitSeconds, view)}${waits}: ${fix}, then update again`
  );
}

function howToCancel({ groupName, region }: GroupAccess): string {
  return `end it with 'chef-autoscaling rollout cancel --group ${groupName} --region ${region}'`;
}

/** AWS may list a refresh a moment after it was started. */
async function refreshOf(access: GroupAccess, id: string): Promise<RefreshProgress> {
  for (const pause = createPause(); pause.total() < LISTED_AFTER_MS; await pause.wait()) {
    const refresh = await access.refresh(id);
    if (refresh) return refresh;
  }
  throw new Error(`AWS no longer knows instance refresh ${id} of group "${access.groupName}"; update again`);
}

/**
 * The state of a refresh and its surroundings.
 *
 * @param reachedAt when its checkpoint was reached, as performance.now() gave it
 */
export async function viewOf(access: GroupAccess, refresh: RefreshProgress, reachedAt?: number): Promise<ProgressView> {
  const [group, alarms] = await Promise.all([access.find(), access.alarms(refresh.alarmNames)]);
  const members = group?.members ?? [];
  const saved = group?.saved ?? {};
  const wanted = /^Rollback/.test(refresh.status) ? saved : (refresh.desired ?? saved);
  const inService = members.filter(isInService);
  const waited = reachedAt === undefined ? Number.POSITIVE_INFINITY : (performance.now() - reachedAt) / 1000;
  const [percentage, remainingSeconds] = [waitsAt(refresh), refresh.checkpointDelaySeconds - waited];
  return {
    refresh,
    updated: inService.filter((member) => isFrom(member, wanted)).length,
    inService: inService.length,
    desired: group?.desired ?? 0,
    suspended: (group?.suspended ?? []).filter((process) => NEEDED_PROCESSES.includes(process)),
    launching: members.filter(isLaunching).map(({ id, lifecycleState }) => `${id} ${lifecycleState}`),
    ...(percentage !== undefined && remainingSeconds > 0 && { checkpoint: { percentage, remainingSeconds } }),
    alarms,
  };
}

function reasonToStop({ state, kept }: Run, failures: number, quietMs: number, { refresh, suspended }: ProgressView) {
  if (kept.size > 0) return "a new instance failed its first boot and is kept, and AWS would wait for it";
  if (failures > state.failuresAllowed) return failedText(failures);
  if (quietMs < state.timeoutSeconds * 1000) return undefined;
  const why = suspended.length > 0 ? `, since the group has suspended ${suspended.join(", ")}` : "";
  const told = refresh.reason ? `; AWS says: ${refresh.reason}` : "";
  return `no progress for ${duration(state.timeoutSeconds)}${why}${told}`;
}

/** AWS itself would keep trying as long as launches fail. */
async function stop(run: Run, cause: string): Promise<void> {
  const { access, before, target, state, kept, say } = run;
  const isReversible = canRollBack(before, target) && !run.savesFirst;
  // A rollback would replace the kept instances, which are to be inspected
  if (state.preferences.AutoRollback && isReversible && kept.size === 0) {
    say(`${cause}: rolling back`);
    return rollBackOrCancel(run);
  }
  say(`${cause}: cancelling`);
  // Before the refresh ends, so that a surplus instance is a new one and not one of the previous
  // configuration
  await putBack(run);
  return access.cancel();
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
  throw failed(run, group, { cause, failures, next: nextFor(run, refresh.status, group) });
}

function nextFor({ before, target, ...run }: Run, status: string, group?: FoundGroup): string {
  const { members = [], saved = before } = group ?? {};
  const others = members.filter(({ id }) => !run.kept.has(id));
  const still = others.some((one) => isFrom(one, target) && !isFrom(one, saved));
  if (status === "RollbackSuccessful" || !still) return tryAgain(run);
  const left = "instances of the new version are left; 'pulumi up' with the previous image replaces them, ";
  return `${left}with a fixed image all of them${run.kept.size > 0 ? `; ${tryAgain(run)}` : ""}`;
}
