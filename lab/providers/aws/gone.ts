/** What AWS calls a thing that is not there, where the code of the error does not say "not found" in so many words. */
const OTHER_NAMES = [
  "NoSuchEntity",
  "NonExistentQueue",
  "AWS.SimpleQueueService.NonExistentQueue",
  "QueueDoesNotExist",
];

/** Tells whether an AWS error means that the thing asked for does not exist. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/NotFound|DoesNotExist/.test(error.name) || OTHER_NAMES.some((name) => error.name.startsWith(name))) return true;
  // Auto Scaling has no code of its own for an absent group, policy or configuration.
  return error.name === "ValidationError" && /not found|does not exist/i.test(error.message);
}

/** The answer, or undefined when AWS says that the thing does not exist; every other error is thrown. */
export async function unlessGone<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
