import { RunError } from "@pulumi/pulumi";

/**
 * An error that Pulumi shows by its message alone, and that has no frames. Pulumi also writes each error in colors into its trace; Node before 24
 * meets frames of `@pulumi/resource.ts` there with a loop that ends when no memory is left, half a minute later.
 *
 * @see https://github.com/nodejs/node/issues/64011
 */
export function runError(message: string): RunError {
  const error = new RunError(message);
  error.stack = `RunError: ${message}`;
  return error;
}
