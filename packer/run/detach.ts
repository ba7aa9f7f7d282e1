import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FOLDER_PREFIX } from "../sweep/folders";
import type { Running } from "./running";

const POLL_MS = 500;

/**
 * Runs the bake in a session of its own, so that neither Ctrl-C nor the kill of a cancelled update reaches it, and controls it through an
 * IPC channel: when this process is told to stop, when its parent dies or when it is killed, the channel closes and the bake stops cleanly.
 * Whichever of the two processes dies, the other one cleans up.
 *
 * @param script module that runs the bake when it is given the argument `supervise`
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
    // Loaded only when needed: the AWS SDK takes a quarter of a second to load, and this process does
    // not use it if all goes well.
    const { finishFor } = await import("./finish.js");
    await finishFor(running);
  }
  rmSync(folder, { recursive: true, force: true });
  return code ?? 1;
}

/** Named here, so that it can be removed whenever the supervisor dies. The process that uses it creates it. */
function privateFolder(): string {
  return join(tmpdir(), `${FOLDER_PREFIX}${randomBytes(4).toString("hex")}`);
}

/** Stops the bake on any stop signal, and when the parent is gone. */
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
