import { setTimeout as sleep } from "node:timers/promises";

/** One look at the world: what was seen, and the value waited for once it is there. */
export interface Look<T> {
  /** A short figure for people: it is the live line, and the last words of a time-out. */
  readonly seen: string;
  readonly found?: T;
}

/** What is waited for. */
export interface Wait<T> {
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly look: () => Promise<Look<T>>;
  /** Told of every look. */
  readonly onSeen?: (seen: string) => void;
  /** Milliseconds between two looks. @default 250 */
  readonly everyMilliseconds?: number;
}

/**
 * Looks again and again until something is found.
 *
 * @throws after the time-out, with what was seen last
 */
export async function until<T>({ what, timeoutSeconds, look, onSeen, everyMilliseconds = 250 }: Wait<T>): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const { seen, found } = await look();
    onSeen?.(seen);
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutSeconds} s for ${what}, saw last: ${seen}`);
    }
    await sleep(everyMilliseconds);
  }
}
