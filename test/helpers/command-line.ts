import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { projectRoot } from "../../lab/services/places";

/** The result of running the operators' command. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

let built: string | undefined;

/** Path of the program, bundled once for all tests of this process, since starting it from its sources would take seconds. */
export function commandFile(): string {
  if (built) return built;
  const folder = join(projectRoot, ".lab", `cli-${process.pid}`);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  built = join(folder, "main.js");
  const entryPoints = [join(projectRoot, "cli/main.ts")];
  buildSync({ entryPoints, outfile: built, bundle: true, platform: "node", packages: "external", format: "cjs" });
  return built;
}

/** Starts the operators' command with this environment. @param input its standard input */
export function startCommand(args: readonly string[], environment: NodeJS.ProcessEnv, input = ""): Running {
  const child = spawn(process.execPath, [commandFile(), ...args], { env: environment, stdio: "pipe" });
  child.stdin.end(input);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (data) => {
      texts[name] += data;
    });
  }
  return { process: child, ended: once(child, "close").then(([code]) => ({ code, ...texts })) };
}

/** Runs the operators' command to its end. */
export function runCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  input?: string,
): Promise<Ended> {
  return startCommand(args, environment, input).ended;
}
