import { spawnSync } from "node:child_process";

/** How a command ended. */
export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  /** All that it printed. */
  readonly output: string;
}

/** Runs a command of the repository to its end. */
export type Run = (file: "git" | "npm", ...args: readonly string[]) => Ended;

/** Commands in a folder. Errors: the program is not on PATH. */
export function commandsIn(cwd: string): Run {
  return (file, ...args) => {
    const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
    if (error) throw new Error(`'${file}' could not be started: ${error.message}`);
    return { ok: status === 0, stdout, output: `${stdout}${stderr}`.trim() };
  };
}

/** What a command printed. Errors: it failed. */
export function printed(run: Run, file: "git" | "npm", ...args: readonly string[]): string {
  const { ok, stdout, output } = run(file, ...args);
  if (!ok) throw new Error(`'${[file, ...args].join(" ")}' failed: ${output}`);
  return stdout.trimEnd();
}
