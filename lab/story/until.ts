import { setTimeout as sleep } from "node:timers/promises";

/** The result of one poll: what was seen, and the value waited for once it exists. */
export interface Look<T> {
  /** A short figure for people, used on the live line and in the error after a timeout. */
  readonly seen: string;
  readonly found?: T;
}

/** What to wait for. */
export interface Wait<T> {
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly look: () => Promise<Look<T>>;
  /** Called after every poll. */
  readonly onSeen?: (seen: string) => void;
  /** Milliseconds between two polls. @default 250 */
  readonly everyMilliseconds?: number;
}

/**
 * Polls until something is found.
 *
 * @throws an error after the timeout, with what was seen last
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
