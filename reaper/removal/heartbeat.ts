/** The minimum heartbeat timeout of a hook is 30 seconds; an instance in a hook is never left for longer than this. */
export const HEARTBEAT_SECONDS = 20;

/**
 * Extends a lifecycle hook while the work is in progress. A failed extension is ignored: the hook is over or AWS does not respond, and the
 * work will find out.
 */
export async function whileExtending<T>(
  work: () => Promise<T>,
  extend: () => Promise<void>,
  everyMs: number = HEARTBEAT_SECONDS * 1000,
): Promise<T> {
  const timer = setInterval(() => void extend().catch(() => "see above"), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
