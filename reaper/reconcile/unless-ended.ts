import { once } from "node:events";

/**
 * The result of some work, unless the signal comes first: a request in progress may take long. The work itself continues; it checks the
 * signal before it starts anything.
 *
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
