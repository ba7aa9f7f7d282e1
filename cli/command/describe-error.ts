import { awsFailureOf } from "../../aws/failure";

/** What went wrong. AWS's errors say the call, the error's name and what AWS said. */
export function describeError(error: unknown): string {
  const failure = awsFailureOf(error);
  if (failure) return failure.message;
  return error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code || error.name : String(error);
}

/** What to do about an error of AWS; the library's own errors say so themselves. */
export function fixOf(error: unknown): string | undefined {
  return awsFailureOf(error)?.fix;
}
