import { type ProgressView, progressLine, type RefreshProgress, waitsAt } from "./progress";
import type { Say } from "./run";

/** A line is repeated after this time, so that the user sees that the rollout continues. */
const REPEAT_MS = 60_000;

/** Prints progress, and measures the time without it, by a clock that nobody sets. */
export function createClock(say: Say) {
  let [line, saidAt, movedAt] = ["", 0, performance.now()];
  let atCheckpoint: { percentage: number; at: number } | undefined;
  let farthest: Reached | undefined;
  return {
    /** When the checkpoint at which the refresh may be waiting was reached. */
    reachedAt(refresh: RefreshProgress): number | undefined {
      if (waitsAt(refresh) === undefined) return undefined;
      const { percentage } = refresh;
      if (atCheckpoint?.percentage !== percentage) atCheckpoint = { percentage, at: performance.now() };
      return atCheckpoint.at;
    },
    /** @returns whether anything has changed */
    show(view: ProgressView): boolean {
      const { checkpoint, ...rest } = view;
      const key = JSON.stringify([rest, checkpoint?.percentage]);
      const changed = key !== line;
      if (changed || performance.now() - saidAt > REPEAT_MS) {
        say(progressLine(view));
        [line, saidAt] = [key, performance.now()];
      }
      const { moved, ...next } = farther(reached(view), farthest);
      if (moved) movedAt = performance.now();
      farthest = next;
      return changed;
    },
    /** Waiting at a checkpoint, or for the bake time at the end, is intended, and does not count. */
    quietMs({ checkpoint, refresh }: ProgressView): number {
      if (checkpoint || refresh.status === "Baking") movedAt = performance.now();
      return performance.now() - movedAt;
    },
    restart(): void {
      movedAt = performance.now();
    },
  };
}

/** How far a refresh has come. */
interface Reached {
  readonly status: string;
  readonly desired: number;
  readonly percentage: number;
  readonly updated: number;
  readonly outdated: number;
  readonly left: number;
}

function reached({ refresh, desired, updated, inService }: ProgressView): Reached {
  const { status, warmPool } = refresh;
  // During a rollback, AWS counts backwards
  const sign = status.startsWith("Rollback") ? -1 : 1;
  const percentage = sign * (refresh.percentage + warmPool.percentage);
  return { status, desired, percentage, updated, outdated: inService - updated, left: refresh.left + warmPool.left };
}

/** More updated instances than ever, or fewer outdated ones: instances that come into service and leave it again are no progress. */
function farther(now: Reached, before?: Reached): Reached & { readonly moved: boolean } {
  if (before?.status !== now.status) return { ...now, moved: true };
  // A group that was scaled counts anew
  if (before.desired !== now.desired) return { ...now, moved: false };
  const { percentage, updated, outdated, left } = before;
  return {
    ...now,
    percentage: Math.max(now.percentage, percentage),
    updated: Math.max(now.updated, updated),
    outdated: Math.min(now.outdated, outdated),
    left: Math.min(now.left, left),
    moved: now.percentage > percentage || now.updated > updated || now.outdated < outdated || now.left < left,
  };
}
