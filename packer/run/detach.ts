import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FOLDER_PREFIX } from "../sweep/folders";
import type { Running } from "./running";

const POLL_MS = 500;

/**
 * Runs the bake in a session of its own, out of reach of Ctrl-C and of the kill that a cancelled update deals to this
 * process, and holds it by an IPC channel: when this process is told to stop, when its parent dies or when it is
 * killed itself, the channel closes and the bake stops in good order. Whichever of the two dies, the other one cleans up.
 * @param script module that does the bake when it is given the argument `supervise`
 * @returns the exit code
 */
export async function superviseDetached(script: string): Promise<number> {
  const folder = privateFolder();
  const bake = spawn(process.execPath, [...process.execArgv, script, "supervise"], {
    detached: true,
    env: { ...process.env, BAKE_FOLDER: folder },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let running: Running | undefined;
  bake.on("message", (message: Running) => {
    running = message;
  });
  const watch = letGoInTime(bake);
  const code = await new Promise<number | null>((resolve, reject) => {
    bake.once("error", reject);
    bake.once("exit", resolve);
  });
  clearInterval(watch);
  if (code === null && running) {
    // Loaded only now: AWS's SDK takes a quarter of a second, and this process has no use for it as long as all goes well.
    const { finishFor } = await import("./finish.js");
    await finishFor(running);
  }
  rmSync(folder, { recursive: true, force: true });
  return code ?? 1;
}

/** Named here, so that it can be removed whenever the supervisor dies. It is made by whoever uses it. */
function privateFolder(): string {
  return join(tmpdir(), `${FOLDER_PREFIX}${randomBytes(4).toString("hex")}`);
}

/** Lets the bake go on any wish to stop, and when the parent is gone. */
function letGoInTime(bake: ChildProcess): NodeJS.Timeout {
  const letGo = () => {
    if (bake.connected) bake.disconnect();
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, letGo);
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) letGo();
  }, POLL_MS);
}
