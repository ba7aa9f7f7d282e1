import { cliRunner, onPath } from "./cli-runner";
import { inProcessRunner } from "./in-process-runner";
import type { StackOptions, StackRunner } from "./stack-runner";

/**
 * Chooses the Pulumi CLI if it is on PATH, otherwise the lab's engine.
 *
 * @param say called with one line that says which it is
 */
export function chooseRunner(options: StackOptions, say: (line: string) => void): StackRunner {
  const runner = onPath("pulumi") && onPath("pulumi-language-nodejs") ? cliRunner(options) : inProcessRunner(options);
  say(
    runner.name === "pulumi"
      ? "engine: the Pulumi CLI on PATH, with the lab's providers as its plugins"
      : "engine: the lab's own, a small test double for the Pulumi CLI, which is not on PATH",
  );
  return runner;
}
