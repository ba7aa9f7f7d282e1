import { awsFailureOf } from "../../aws/failure";

/** Description of an error. For AWS errors: the call, the error's name and AWS's message. */
export function describeError(error: unknown): string {
  const failure = awsFailureOf(error);
  if (failure) return failure.message;
  return error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code || error.name : String(error);
}

/** What to do about an AWS error; the library's own errors already contain this. */
export function fixOf(error: unknown): string | undefined {
  return awsFailureOf(error)?.fix;
}
