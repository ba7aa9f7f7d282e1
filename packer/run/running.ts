import { existsSync, readFileSync } from "node:fs";

/** What the supervisor reports as soon as Packer runs, in case it dies. */
export interface Running {
  readonly packer: number;
  readonly folder: string;
  readonly nodeName: string;
  readonly imageName: string;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended but was not reaped by its new parent still has an id
    return !existsSync("/proc/self/stat") || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
