import { setTimeout as sleep } from "node:timers/promises";

/** Parses a duration in the notation of Terraform and Pulumi: `90s`, `10m`, `1h`, `0`. @throws for anything else */
export function seconds(duration: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(duration);
  if (match === null) throw new Error(`'${duration}' is no duration, expected a number with s, m or h such as '10m'`);
  const units = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return Number(match[1]) * units[(match[2] ?? "s") as keyof typeof units];
}

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
