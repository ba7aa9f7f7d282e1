import { readdirSync, readFileSync } from "node:fs";

/** A process and all processes that it started, directly or indirectly, as long as they are its descendants. */
export function descendants(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(descendants)];
}

/** Linux lists children by the thread that started each; Go starts them from any thread. */
function childrenOf(pid: number): number[] {
  const threads = listed(() => readdirSync(`/proc/${pid}/task`));
  const lists = threads.flatMap((thread) =>
    listed(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ")),
  );
  return lists.filter((child) => child.trim() !== "").map(Number);
}

/** Returns nothing for a process or thread that has ended since it was listed. */
function listed(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** Kills all of them at once, so that none can clean up after another. */
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
