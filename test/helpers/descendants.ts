import { readFileSync } from "node:fs";

/** A process and everything it started, directly or not, as far as it is still its child. */
export function descendants(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(descendants)];
}

/** A process may end between being listed and being read. */
function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children ? children.split(" ").map(Number) : [];
  } catch {
    return [];
  }
}

/** Ends them all at once, so that none can clean up after another. */
export function killTogether(pids: readonly number[]): void {
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    for (const pid of pids) signalIfThere(pid, signal);
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
