import { lstatSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning } from "./running";
import { type PackerRun, runPacker } from "./supervisor";

const POLL_MS = 200;
/** An installation takes less time; after that, the process id may belong to another process. */
const LIMIT_MS = 10 * 60_000;

/**
 * Installs the plugins that the template requires, one bake of this user at a time: Packer writes a plugin to its final place without a
 * lock, so a second Packer could start an incomplete file.
 *
 * @throws if a plugin cannot be installed, or the bake is stopped
 */
export async function installPlugins(run: Omit<PackerRun, "args">, template: string): Promise<void> {
  const lock = join(tmpdir(), `chef-autoscaling-plugins-${userInfo().uid}`);
  while (!take(lock)) await pause(POLL_MS, undefined, run).catch(() => run.signal.throwIfAborted());
  try {
    await runPacker({ ...run, args: ["init", template] });
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The lock is a link to the id of the process that holds it, which is created atomically. */
function take(lock: string): boolean {
  try {
    symlinkSync(String(process.pid), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (isLeft(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isLeft(lock: string): boolean {
  const link = lstatSync(lock, { throwIfNoEntry: false });
  if (!link) return false;
  return Date.now() - link.mtimeMs > LIMIT_MS || !isRunning(Number(readlinkSync(lock)));
}
