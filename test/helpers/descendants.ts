import { readdirSync, readFileSync } from "node:fs";

/** A process and everything it started, directly or not, as far as it is still its child. */
export function descendants(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(descendants)];
}

/** Linux lists them by the thread that started each; Go starts them from any. */
function childrenOf(pid: number): number[] {
  const threads = listed(() => readdirSync(`/proc/${pid}/task`));
  const lists = threads.flatMap((thread) =>
    listed(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ")),
  );
  return lists.filter((child) => child.trim() !== "").map(Number);
}

/** Nothing of a process or thread that has ended since it was listed. */
function listed(read: () => string[]): string[] {
  try {
    return read();
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
