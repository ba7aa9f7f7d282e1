import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result, StackOptions, StackRunner } from "../../lab/engine/stack-runner";

const FIXTURE = join(__dirname, "fixtures", "engine");

/** The fixture program with its own stack in a temporary folder. */
export interface EngineStack {
  readonly runner: StackRunner;
  readonly stateDir: string;
  /** Folder where the fixture writes its files. */
  readonly files: string;
  readonly policyPack: string;
  /** What the commands have recorded since the last call, sorted. */
  journal(): string[];
  remove(): void;
}

/** Sets up the fixture with the engine that `make` returns. */
export function engineStack(make: (options: StackOptions) => StackRunner): EngineStack {
  const folder = mkdtempSync(join(tmpdir(), "chef-autoscaling-engine-"));
  const files = join(folder, "files");
  const stateDir = join(folder, "state");
  mkdirSync(files);
  const journal = join(files, "journal");
  return {
    runner: make({ project: FIXTURE, stack: "test", stateDir, config: { "engine-fixture:files": files } }),
    stateDir,
    files,
    policyPack: join(FIXTURE, "policy"),
    journal: () => {
      if (!existsSync(journal)) return [];
      const lines = readFileSync(journal, "utf8").trim().split("\n").sort();
      rmSync(journal);
      return lines;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Configuration of the fixture from unprefixed names. */
export function settings(values: Record<string, string>): { config: Record<string, string> } {
  return { config: Object.fromEntries(Object.entries(values).map(([key, value]) => [`engine-fixture:${key}`, value])) };
}

/** `op name` of every operation that changed something, sorted. */
export function changes(result: Result): string[] {
  return result.operations
    .filter(({ op }) => op !== "same")
    .map(({ op, name }) => `${op} ${name}`)
    .sort();
}
