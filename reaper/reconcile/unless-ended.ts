import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/**
 * What some work comes to or, some time after the signal has come, what stands in for it: one request that is under way may take
 * longer than there is time to say so. The work itself goes on: it looks at the signal wherever it would begin something.
 * @param instead @default to throw the signal's reason
 */
export async function unlessEnded<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  { afterMs = 0, instead }: { readonly afterMs?: number; readonly instead?: () => T } = {},
): Promise<T> {
  if (signal === undefined) return work;
  const calledOff = new AbortController();
  const ended = async (): Promise<T> => {
    if (!signal.aborted) await once(signal, "abort", { signal: calledOff.signal });
    await setTimeout(afterMs, undefined, { signal: calledOff.signal });
    if (instead) return instead();
    throw signal.reason;
  };
  try {
    return await Promise.race([work, ended()]);
  } finally {
    calledOff.abort();
  }
}
