import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A child process to run to its end. */
export interface Child {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Every line of stdout and stderr as it comes. */
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Runs the child and resolves with its exit code; one that a signal ended counts as 1. Errors: it cannot be started. */
export async function runChild({ file, args, cwd, env, onLine }: Child): Promise<number> {
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const read = (["stdout", "stderr"] as const).map((name) => {
    const lines = createInterface({ input: child[name] }).on("line", (line) => onLine(line, name));
    return new Promise((resolve) => lines.once("close", resolve));
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve(exit ?? 1));
  });
  await Promise.all(read);
  return code;
}
