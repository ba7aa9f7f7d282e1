import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** The project's root folder. */
export const projectRoot = resolve(__dirname, "..", "..");

/** Paths of what `lab/setup.sh` installs, and of the lab's own files. */
export const places = {
  tools: join(projectRoot, ".lab", "tools"),
  python: join(projectRoot, ".lab", "venv", "bin", "python"),
  aws: join(projectRoot, ".lab", "venv", "bin", "aws"),
  runs: join(projectRoot, ".lab", "runs"),
  emulator: join(projectRoot, "lab", "emulator", "main.py"),
  enter: join(projectRoot, "lab", "emulator", "enter.sh"),
} as const;

const keptRuns = 3;

/** Creates the folder of a new run, readable only by its owner, and removes all but the last few older ones. */
export function makeRunDir(): string {
  mkdirSync(places.runs, { recursive: true });
  forgetOldRuns();
  const started = new Date().toISOString().replace(/[-:]/g, "").slice(0, 15);
  const runDir = join(places.runs, `${started}-${process.pid}`);
  mkdirSync(join(runDir, "logs"), { recursive: true, mode: 0o700 });
  return runDir;
}

/** Names start with the time, so they sort by age. Runs whose process is still alive are kept. */
function forgetOldRuns(): void {
  const finished = readdirSync(places.runs)
    .sort()
    .filter((name) => !isRunning(Number(name.split("-").pop())));
  for (const name of finished.slice(0, Math.max(0, finished.length - keptRuns))) {
    rmSync(join(places.runs, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
