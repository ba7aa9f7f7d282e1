import { setTimeout as sleep } from "node:timers/promises";

/** Seconds between attempts, about two minutes in all, which is how long the provider tries (`propagationTimeout`). */
const PAUSES = [2, 4, 8, 16, 30, 30, 30] as const;

/**
 * Repeats a call while Auto Scaling does not know an instance profile that IAM has just created: a template version can name one that is
 * seconds old.
 *
 * @param pauses in seconds
 * @see https://github.com/hashicorp/terraform-provider-aws/pull/40088
 */
export async function onceKnown<T>(call: () => Promise<T>, pauses: readonly number[] = PAUSES): Promise<T> {
  for (const pause of pauses) {
    try {
      return await call();
    } catch (error) {
      if (!isUnknownProfile(error)) throw error;
      await sleep(pause * 1000);
    }
  }
  return call();
}

function isUnknownProfile(error: unknown): boolean {
  return (
    error instanceof Error && error.name === "ValidationError" && /Invalid IAM Instance Profile/i.test(error.message)
  );
}
