import { spawnSync } from "node:child_process";

/** The result of a command. */
export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a command in the repository and waits for its end. */
export type Run = (file: "git" | "npm", ...args: readonly string[]) => Ended;

/** Runs commands in a folder. @throws if the program is not on PATH */
export function commandsIn(cwd: string): Run {
  return (file, ...args) => {
    const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
    if (error) throw new Error(`'${file}' could not be started: ${error.message}`);
    return { ok: status === 0, stdout, output: `${stdout}${stderr}`.trim() };
  };
}

/** Standard output of a command. @throws if the command fails */
export function printed(run: Run, file: "git" | "npm", ...args: readonly string[]): string {
  const { ok, stdout, output } = run(file, ...args);
  if (!ok) throw new Error(`'${[file, ...args].join(" ")}' failed: ${output}`);
  return stdout.trimEnd();
}
