import { messageOf } from "../../aws/failure";

/**
 * Waits for some work and then cleans up; each step runs whatever happened to the work and the earlier steps.
 *
 * @param cleanups receive whether the work failed
 * @throws one error with all failures, the work's first
 */
export async function withCleanup<T>(
  work: Promise<T>,
  cleanups: readonly ((failed: boolean) => unknown)[],
): Promise<T> {
  const [done] = await Promise.allSettled([work]);
  const failures = done.status === "rejected" ? [messageOf(done.reason)] : [];
  for (const cleanUp of cleanups) {
    try {
      await cleanUp(done.status === "rejected");
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  if (done.status === "fulfilled" && failures.length === 0) return done.value;
  throw new Error(failures.join("\nbake: "));
}
