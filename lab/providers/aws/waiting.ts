import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls until `ask` returns undefined, which means "done".
 *
 * @throws after the time limit, with what `ask` returned last
 */
export async function waitUntil(
  goal: string,
  limitSeconds: number,
  ask: () => Promise<string | undefined>,
  intervalMilliseconds = 500,
): Promise<void> {
  const end = Date.now() + limitSeconds * 1000;
  for (;;) {
    const missing = await ask();
    if (missing === undefined) return;
    if (Date.now() > end)
      throw new Error(`waited ${limitSeconds} s for ${goal}, but ${missing}; look at the emulator's log`);
    await sleep(intervalMilliseconds);
  }
}
