/** The least heartbeat timeout that a hook can have is 30 seconds; an instance that waits in one is never left alone for longer than this. */
export const HEARTBEAT_SECONDS = 20;

/**
 * Gives a lifecycle hook more time for as long as the work takes.
 * An extension that fails changes nothing: the hook is over or AWS does not answer, and what the work ends with finds out.
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
