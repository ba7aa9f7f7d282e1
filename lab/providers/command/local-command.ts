import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { companion } from "../companion";
import type { Log } from "../provider";
import { isObject, type Properties } from "../values";

/** The output of a finished command, without the last newline of each stream. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command line of a `command:local:Command` as pulumi-command's `local.run` does, with the interpreter (default `/bin/sh -c`), the
 * working directory, the environment, standard input, and the output of the previous run in `PULUMI_COMMAND_STDOUT` and
 * `PULUMI_COMMAND_STDERR`. Lines are logged as they are printed.
 *
 * @throws if the command cannot be started or its exit code is not 0, with the command and its output
 */
export async function runCommand(line: string, inputs: Properties, previous: Properties, log: Log) {
  const [file, ...args] = [...interpreter(inputs), line];
  const child = companion(
    spawn(file, args, {
      cwd: typeof inputs.dir === "string" ? inputs.dir : process.cwd(),
      env: { ...process.env, ...environment(inputs), ...previousOutput(inputs, previous) },
    }),
  );
  const printed = { stdout: "", stderr: "", both: "" };
  for (const name of ["stdout", "stderr"] as const) {
    const logged = logs(inputs, name) ? lineSplitter(log) : () => {};
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      printed[name] += chunk;
      printed.both += chunk;
      logged(chunk);
    });
  }
  feed(child.stdin, inputs);
  const failure = await ending(child);
  if (failure !== undefined) throw new Error(`${failure}: running ${JSON.stringify(line)}:\n${printed.both}`);
  return { stdout: trimNewline(printed.stdout), stderr: trimNewline(printed.stderr) } satisfies CommandOutput;
}

function interpreter(inputs: Properties): string[] {
  return Array.isArray(inputs.interpreter) && inputs.interpreter.length > 0
    ? inputs.interpreter.map(String)
    : ["/bin/sh", "-c"];
}

function environment(inputs: Properties): Record<string, string> {
  if (!isObject(inputs.environment)) return {};
  return Object.fromEntries(Object.entries(inputs.environment).map(([key, value]) => [key, String(value)]));
}

function previousOutput(inputs: Properties, previous: Properties): Record<string, string> {
  if (inputs.addPreviousOutputInEnv === false) return {};
  const variables: Record<string, string> = {};
  if (previous.stdout) variables.PULUMI_COMMAND_STDOUT = String(previous.stdout);
  if (previous.stderr) variables.PULUMI_COMMAND_STDERR = String(previous.stderr);
  return variables;
}

function logs(inputs: Properties, stream: "stdout" | "stderr"): boolean {
  return inputs.logging === undefined || inputs.logging === "stdoutAndStderr" || inputs.logging === stream;
}

function lineSplitter(log: Log): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) log(line, "info", true);
  };
}

function feed(stdin: Writable, inputs: Properties): void {
  // A command that does not read its input closes the pipe early, which is not an error.
  stdin.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  stdin.end(typeof inputs.stdin === "string" ? inputs.stdin : "");
}

function ending(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      resolve(code === 0 ? undefined : signal === null ? `exit status ${code}` : `signal: ${signal}`);
    });
  });
}

function trimNewline(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
