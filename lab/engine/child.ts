import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A child process that runs to its end. */
export interface Child {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with every line of stdout and stderr as it is printed. */
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Runs the child and resolves with its exit code, which is 1 if a signal ended it. @throws if it cannot be started */
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
