import { setTimeout } from "node:timers/promises";
import type { Reaper } from "./reaper";
import type { Log } from "./telemetry/log";

/** Lets a worker reconcile at intervals. */
export interface ReconcileTimer {
  /**
   * Ends the wait or the run.
   *
   * @returns when it has ended
   */
  stop(): Promise<void>;
}

/**
 * Starts at a random point of the interval, so that workers that started together do not all run at once.
 *
 * @param minutes between two runs; 0 for no run at all
 */
export function startReconcileTimer(
  reaper: Pick<Reaper, "reconcile">,
  {
    minutes,
    log,
    random = Math.random,
  }: { readonly minutes: number; readonly log: Log; readonly random?: () => number },
): ReconcileTimer {
  const stopping = new AbortController();
  const running = minutes === 0 ? Promise.resolve() : runEvery(reaper, minutes * 60_000, random, stopping.signal, log);
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function runEvery(
  reaper: Pick<Reaper, "reconcile">,
  milliseconds: number,
  random: () => number,
  stop: AbortSignal,
  log: Log,
): Promise<void> {
  for (let wait = random() * milliseconds; !stop.aborted; wait = milliseconds) {
    await setTimeout(wait, undefined, { signal: stop, ref: false }).catch(() => undefined);
    if (stop.aborted) return;
    // Its own log says what failed; the next run tries again.
    await reaper.reconcile(stop).catch((error: unknown) => log("error", String(error)));
  }
}
