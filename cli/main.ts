#!/usr/bin/env node
import { CommanderError } from "commander";
import { printable } from "../chef/printable";
import { describeError, fixOf } from "./command/describe-error";
import { EXIT, UsageError } from "./command/exit";
import { withoutGivenKeys } from "./command/without-keys";
import { createProgram } from "./program";

/** Room for all mistakes of a call together. */
const LONGEST_ERROR = 8000;

/** Runs one command; errors are printed on one line. */
async function main(): Promise<void> {
  // The SDK prints at every start that it will require a newer Node, which does not concern an
  // operator
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // If the output is no longer read, operations in progress are finished all the same
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = errorExitCode(error);
    // Commander has already printed the mistake
    if (error instanceof CommanderError) return;
    const fix = fixOf(error);
    process.stderr.write(
      `${printable(withoutGivenKeys(`error: ${describeError(error)}${fix ? `; ${fix}` : ""}`), LONGEST_ERROR)}\n`,
    );
  }
}

function errorExitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

void main();
