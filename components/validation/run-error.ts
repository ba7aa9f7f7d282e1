import { RunError } from "@pulumi/pulumi";

/**
 * An error of which Pulumi shows only the message, and that has no stack frames. Pulumi also writes each error in colors into its trace.
 * For frames of `@pulumi/resource.ts`, Node before 24 then runs into a loop that ends only when the memory is used up, half a minute later.
 *
 * @see https://github.com/nodejs/node/issues/64011
 */
export function runError(message: string): RunError {
  const error = new RunError(message);
  error.stack = `RunError: ${message}`;
  return error;
}
