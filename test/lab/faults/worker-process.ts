import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A line of the reaper's log with the fields that the tests use. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly instanceId?: string;
  readonly decision?: string;
  /** Why the decision could not be carried out on the queue. */
  readonly trouble?: string;
  readonly reason?: string;
}

/** A running reaper. */
export interface Shell {
  /** What it has logged so far. */
  readonly lines: readonly LogLine[];
  /** Stops it as a deployment would. @throws if it does not exit with 0 */
  stop(): Promise<void>;
}

/** The worker, which can also be killed. */
export interface Worker extends Shell {
  /** Sends SIGKILL. @returns when the process has ended */
  kill(): Promise<void>;
}

export interface WorkerOptions {
  /** How far its clock is ahead. @default 0 */
  readonly clockShiftSeconds?: number;
}

const SHIFTED_CLOCK = join(__dirname, "shifted-clock.cjs");

export function startWorker(program: string, settings: Record<string, string>, options: WorkerOptions = {}): Worker {
  const shift = options.clockShiftSeconds ?? 0;
  const child = spawn(process.execPath, [...(shift === 0 ? [] : ["--require", SHIFTED_CLOCK]), program], {
    env: { PATH: process.env.PATH, CLOCK_SHIFT_SECONDS: `${shift}`, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    lines: logOf(child.stdout),
    stop: async () => {
      child.kill("SIGTERM");
      const code = await exited;
      if (code !== 0) {
        throw new Error(`the worker ended with ${code} on SIGTERM`);
      }
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Lines of a process that writes one JSON object per line; other output is ignored. */
export function logOf(stream: Readable | ChildProcess["stdout"]): LogLine[] {
  const lines: LogLine[] = [];
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.filter((part) => part.startsWith('{"time"')).map((part) => JSON.parse(part)));
  });
  return lines;
}
