import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failure } from "./failure";
import { follow } from "./follow";
import { type Step, withProgress } from "./progress";

/** Packer's whole output, in its run's folder. */
const LOG_FILE = "packer.log";

/** Packer's whole output in a run's folder; empty if it did not start. */
export function readLog(folder: string): string {
  const log = join(folder, LOG_FILE);
  return folder !== "" && existsSync(log) ? readFileSync(log, "utf8") : "";
}

/** One run of Packer. */
export interface PackerRun {
  readonly args: readonly string[];
  /** Private folder of this run: working directory, temporary files and log. */
  readonly folder: string;
  /** Stops Packer, which then removes what it created. */
  readonly signal: AbortSignal;
  /** Called with Packer's process id once it has started. */
  readonly onStart?: (pid: number) => void;
  /** Receives Packer's lines as they arrive. */
  readonly write: (text: string) => void;
  /** Announced as they start. @default none, for Packer's shorter commands */
  readonly steps?: readonly Step[];
}

/**
 * Runs Packer in its own process group, which Ctrl-C does not reach, and waits for its end however long that takes. On the signal, Packer
 * gets one SIGTERM: it ignores a SIGINT that is sent to it alone, a second signal would interrupt its cleanup, and SIGKILL leaks instance,
 * key pair, security group and volume.
 *
 * Packer writes to a file rather than to a pipe: if this process were killed, a closed pipe would end Packer before it has cleaned up.
 *
 * @throws if Packer failed, with the lines that explain it, or was stopped
 */
export async function runPacker(run: PackerRun): Promise<void> {
  run.signal.throwIfAborted();
  const log = join(run.folder, LOG_FILE);
  const fd = openSync(log, "w", 0o600);
  const packer = spawn("packer", run.args, {
    cwd: run.folder,
    detached: true,
    stdio: ["ignore", fd, fd],
    env: packerEnvironment(run.folder),
  });
  closeSync(fd);
  const stop = () => packer.kill("SIGTERM");
  run.signal.addEventListener("abort", stop, { once: true });
  const progress = withProgress(run.steps ?? [], run.write);
  const following = follow(log, progress.write);
  try {
    const ended = ending(packer);
    if (packer.pid) run.onStart?.(packer.pid);
    const status = await ended;
    endGroup(packer.pid);
    if (status === "0") return;
    run.signal.throwIfAborted();
    following.end();
    throw new Error(failure(status, readFileSync(log, "utf8"), progress.current()));
  } finally {
    following.end();
    progress.end();
    run.signal.removeEventListener("abort", stop);
  }
}

/** Packer consists of several processes. If the first one was killed, or was stopped while it started, others may continue without it. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, "SIGKILL");
  } catch {
    // none is left
  }
}

/** Exit code or signal, as text. */
function ending(packer: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    packer.once("error", reject);
    packer.once("exit", (code, signal) => resolve(String(code ?? signal)));
  });
}

/** Packer reads AWS's settings and PKR_VAR_*; Pulumi's variables for our own use are removed. */
function packerEnvironment(folder: string): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|BAKE_|NODE_)/.test(name));
  return { ...Object.fromEntries(entries), CHECKPOINT_DISABLE: "1", PACKER_NO_COLOR: "1", TMPDIR: folder };
}
