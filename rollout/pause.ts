import { setTimeout as sleep } from "node:timers/promises";

const [FIRST_MS, LONGEST_MS, GROWTH] = [1000, 10_000, 1.25];

/** Pauses between polls: short at first and after a change, longer while nothing changes. */
export function createPause() {
  let [next, total] = [FIRST_MS, 0];
  return {
    /** Milliseconds waited so far. */
    total: () => total,
    async wait(): Promise<void> {
      total += next;
      await sleep(next);
      next = Math.min(LONGEST_MS, next * GROWTH);
    },
    shorten(): void {
      next = FIRST_MS;
    },
  };
}
