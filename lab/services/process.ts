import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How a server of the lab is started and where its output goes. */
export interface ServiceOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly workingDirectory?: string;
}

/** A running server. */
export interface Service {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** @throws an error with the last lines of the log if the process has ended */
  assertRunning(): void;
  /** Sends SIGTERM to its process group, and SIGKILL after `graceSeconds` (default 15). */
  stop(graceSeconds?: number): Promise<void>;
}

const shownLogLines = 15;

/**
 * Starts a server in a process group of its own. With `setpriv --pdeathsig` the kernel ends it even if the lab is killed by SIGKILL and
 * cannot clean up.
 */
export function startService(options: ServiceOptions): Service {
  const log = openSync(options.logFile, "a");
  const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", options.command, ...options.args], {
    cwd: options.workingDirectory,
    detached: true,
    env: options.environment ?? process.env,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.on("error", (error) => console.error(`'${options.name}' could not be started: ${error.message}`));
  if (child.pid === undefined) {
    throw new Error(`'${options.name}' could not be started: is 'setpriv' (Debian package util-linux) on PATH?`);
  }
  const { name, logFile } = options;
  return {
    name,
    pid: child.pid,
    logFile,
    assertRunning: () => assertRunning(child, options),
    stop: (graceSeconds = 15) => stopGroup(child, graceSeconds),
  };
}

const readyWithinSeconds = 60;

/** Starts a server and waits until `isReady` returns true. If it never does, the server is stopped before the error is thrown. */
export async function startReadyService(options: ServiceOptions, isReady: () => Promise<boolean>): Promise<Service> {
  const service = startService(options);
  try {
    await untilReady(service, isReady, readyWithinSeconds);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** Polls `isReady` until it returns true. @throws as soon as the process ends, or after `timeoutSeconds` */
async function untilReady(service: Service, isReady: () => Promise<boolean>, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!(await isReady())) {
    service.assertRunning();
    if (Date.now() > deadline) {
      throw new Error(
        `'${service.name}' did not answer within ${timeoutSeconds} s, its log ends:\n${tail(service.logFile)}`,
      );
    }
    await sleep(50);
  }
}

/** Whether a GET request gets status 200. A refused connection means "not yet". */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

function tail(logFile: string): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-shownLogLines).join("\n");
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function assertRunning(child: ChildProcess, { name, logFile }: ServiceOptions): void {
  if (hasEnded(child)) {
    const how = child.signalCode ?? `exit code ${child.exitCode}`;
    throw new Error(`'${name}' ended with ${how}, its log ends:\n${tail(logFile)}`);
  }
}

async function stopGroup(child: ChildProcess, graceSeconds: number): Promise<void> {
  if (hasEnded(child)) {
    return;
  }
  const ended = once(child, "exit");
  signalGroup(child, "SIGTERM");
  const inTime = await Promise.race([ended.then(() => true), sleep(graceSeconds * 1000, false, { ref: false })]);
  if (!inTime) {
    signalGroup(child, "SIGKILL");
    await ended;
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
