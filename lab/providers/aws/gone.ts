/** Error names with which AWS reports that something does not exist, besides those that contain "NotFound" or "DoesNotExist". */
const OTHER_NAMES = [
  "NoSuchEntity",
  "NonExistentQueue",
  "AWS.SimpleQueueService.NonExistentQueue",
  "QueueDoesNotExist",
];

/** Whether an AWS error means that the requested object does not exist. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/NotFound|DoesNotExist/.test(error.name) || OTHER_NAMES.some((name) => error.name.startsWith(name))) return true;
  // Auto Scaling has no error code of its own for a group, policy or configuration that does not exist.
  return error.name === "ValidationError" && /not found|does not exist/i.test(error.message);
}

/** The response, or undefined if AWS reports that the object does not exist. @throws every other error */
export async function unlessGone<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
