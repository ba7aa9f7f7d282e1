/** Starts and ends the lab's emulator through its command line, for the tests of this folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import getPort from "get-port";

const ROOT = resolve(__dirname, "../..");
const PYTHON = join(ROOT, ".lab/venv/bin/python");
const TOOLS = join(ROOT, ".lab/tools");

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only with the credentials of an assumed role. */
  readonly sessionToken?: string;
}

export interface Emulator {
  readonly process: ChildProcess;
  readonly runDir: string;
  readonly sshPort: number;
  /** Settings for every SDK client of a test. */
  readonly client: { endpoint: string; region: string; credentials: Credentials };
  stop(): Promise<void>;
}

/** Why sandboxes cannot run on this machine; undefined if they can. */
export function sandboxObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return "sandboxes need root";
  return existsSync(join(TOOLS, "usr/sbin/sshd")) ? undefined : "the tools are missing: run lab/setup.sh";
}

/** Why instances cannot have volumes on this machine; undefined if they can. */
export function volumeObstacle(): string | undefined {
  if (!existsSync("/dev/loop-control")) return "this machine lends no loop devices";
  return existsSync("/usr/sbin/mkfs.ext4") ? undefined : "mkfs.ext4 is missing: install e2fsprogs";
}

/** Why the emulator cannot run on this machine; undefined if it can. */
export function emulatorObstacle(): string | undefined {
  return existsSync(PYTHON) ? undefined : "the Python environment is missing: run lab/setup.sh";
}

/** Skips a suite from its `before` hook if something is missing, and prints what. @param obstacle undefined if nothing is missing */
export function skipWhere(suite: Mocha.Context, obstacle: string | undefined): void {
  if (obstacle === undefined) return;
  console.log(`    skipped: ${obstacle}`);
  suite.skip();
}

export async function startEmulator(instances: "sandboxes" | "records", ...more: string[]): Promise<Emulator> {
  const [port, sshPort] = [await getPort(), await getPort()];
  const runDir = mkdtempSync(join(tmpdir(), "emulator-test-"));
  const options = ["--port", port, "--run-dir", runDir, "--tools", TOOLS, "--ssh-port", sshPort, "--metric-seconds", 1];
  const child = spawn(
    PYTHON,
    [join(ROOT, "lab/emulator/main.py"), ...options.map(String), "--tick", "0.2", "--instances", instances, ...more],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await untilReady(child);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return {
    process: child,
    runDir,
    sshPort,
    client: { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials },
    stop: () => stop(child, runDir),
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error("the emulator's standard output is not piped");
  for await (const line of createInterface(child.stdout)) if (line === "ready") return;
  throw new Error(`the emulator ended before it was ready, with status ${child.exitCode}`);
}

async function stop(child: ChildProcess, runDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
  }
  rmSync(runDir, { recursive: true, force: true });
}

/** Repeats `ask` until it returns an answer. @throws if there is none within `seconds` */
export async function eventually<T>(seconds: number, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  do {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(150);
  } while (Date.now() < end);
  throw new Error(`${what} did not happen within ${seconds} s`);
}
