import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const graceSeconds = 20;

/**
 * Ends the child processes of this process except those in `spared`, for instance an engine in the middle of an update. Sends SIGTERM, and
 * SIGKILL to those that are still running after 20 s.
 */
export async function endChildren(spared: readonly number[]): Promise<void> {
  const others = (): number[] => childrenOf(process.pid).filter((pid) => !spared.includes(pid));
  signalAll(others(), "SIGTERM");
  const deadline = Date.now() + graceSeconds * 1000;
  while (others().length > 0 && Date.now() < deadline) {
    await sleep(100);
  }
  signalAll(others(), "SIGKILL");
}

/** Running child processes, from the list that the kernel keeps. */
function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return listed.split(" ").filter(Boolean).map(Number);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
        throw error;
      }
    }
  }
}
