import type { Clock } from "../../chef/gate";

/** A clock that stands still while anything runs, and then jumps to the next timer. */
export interface VirtualClock extends Clock {
  sleep(milliseconds: number): Promise<void>;
  /** Advances time until the promise is settled. @throws if it hangs, so that nothing runs and no timer is set */
  until<T>(promise: Promise<T>): Promise<T>;
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

export function virtualClock(): VirtualClock {
  const timers = new Set<Timer>();
  let time = 0;
  const after = (milliseconds: number, action: () => void): (() => void) => {
    const timer = { at: time + milliseconds, action };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  return {
    now: () => time,
    after,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    until: async (promise) => {
      let settled = false;
      const settle = (): void => {
        settled = true;
      };
      promise.then(settle, settle);
      for (await quiet(); !settled; await quiet()) {
        const next = earliest(timers);
        timers.delete(next);
        time = Math.max(time, next.at);
        next.action();
      }
      return promise;
    },
  };
}

/** Waits until everything has run that needs no timer. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function earliest(timers: ReadonlySet<Timer>): Timer {
  let found: Timer | undefined;
  for (const timer of timers) {
    if (found === undefined || timer.at < found.at) found = timer;
  }
  if (found === undefined) throw new Error("the promise is not settled, and nothing is left that could settle it");
  return found;
}
