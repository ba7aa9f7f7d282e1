import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failure } from "./failure";
import { follow } from "./follow";
import { type Step, withProgress } from "./progress";

/** Everything that Packer wrote, in its run's folder. */
const LOG_FILE = "packer.log";

/** All that Packer wrote in a run's folder; empty where it did not begin. */
export function readLog(folder: string): string {
  const log = join(folder, LOG_FILE);
  return folder !== "" && existsSync(log) ? readFileSync(log, "utf8") : "";
}

/** One run of Packer. */
export interface PackerRun {
  readonly args: readonly string[];
  /** Private folder of this run: working folder, temporary files and log. */
  readonly folder: string;
  /** Stops Packer, which then removes what it created. */
  readonly signal: AbortSignal;
  /** Told Packer's process id as soon as there is one. */
  readonly onStart?: (pid: number) => void;
  /** Takes Packer's lines as they come. */
  readonly write: (text: string) => void;
  /** Announced as they begin. @default none, for Packer's shorter commands */
  readonly steps?: readonly Step[];
}

/**
 * Runs Packer in a process group of its own, where no Ctrl-C meant for others reaches it, and waits for its end however
 * long that takes. On the signal Packer gets SIGTERM once: it ignores a SIGINT sent to it alone, a second signal would
 * cut its cleaning short, and SIGKILL leaks instance, key pair, security group and volume.
 *
 * Packer writes to a file rather than to us: were we killed, a closed pipe would end it before it cleaned.
 * @throws when Packer failed, with the lines that tell why, or was stopped
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

/** Packer is several processes. Where the first was killed, or was told to stop while it began, others may go on without it. */
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

/** Packer reads AWS's settings and PKR_VAR_*; what Pulumi gave us for our own use is not its business. */
function packerEnvironment(folder: string): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|BAKE_|NODE_)/.test(name));
  return { ...Object.fromEntries(entries), CHECKPOINT_DISABLE: "1", PACKER_NO_COLOR: "1", TMPDIR: folder };
}
