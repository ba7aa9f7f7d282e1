import { once } from "node:events";

/**
 * What some work comes to, unless the signal comes before: one request that is under way may take long. The work itself goes on; it
 * looks at the signal wherever it would begin something.
 * @throws the signal's reason when that has come
 */
export async function unlessEnded<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const over = new AbortController();
  const ended = async (): Promise<never> => {
    if (!signal.aborted) await once(signal, "abort", { signal: over.signal });
    throw signal.reason;
  };
  try {
    return await Promise.race([work, ended()]);
  } finally {
    over.abort();
  }
}
