import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { builtProgram } from "../../lab/services/built-program";
import { until } from "../../lab/story/until";

const ROOT = join(__dirname, "../..");

/** A worker process, built from source. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Its output so far: the log, and metrics if it writes them. */
  readonly lines: readonly string[];
  readonly exit: Promise<number | null>;
  /** Waits for a line of the log. @returns its fields */
  logged(message: string): Promise<Record<string, unknown>>;
  /** Waits until it listens. @returns its URL */
  url(): Promise<string>;
}

/** Starts a worker on any free port. */
export function startWorker(settings: Readonly<Record<string, string>>): WorkerProcess {
  const child = spawn(process.execPath, [builtProgram("reaper/worker/worker.ts")], {
    cwd: ROOT,
    env: { ...process.env, NODE_NO_WARNINGS: "1", REAPER_PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  const logged = (message: string) =>
    until({
      what: `the worker's line "${message}"`,
      timeoutSeconds: 60,
      look: async () => {
        const parsed = lines.map((line) => JSON.parse(line));
        return { seen: lines.at(-1) ?? "nothing", found: parsed.find((line) => line.message === message) };
      },
    });
  return {
    process: child,
    lines,
    exit: new Promise((resolve) => child.once("exit", resolve)),
    logged,
    url: async () => `http://127.0.0.1:${(await logged("the worker serves /healthz, /readyz and /metrics")).port}`,
  };
}
