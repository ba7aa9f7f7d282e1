import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

const SOURCES = ["aws", "chef", "components", "packer", "reaper", "rollout"];

/** Whether a file of `dist` is newer than all its sources. @param sources folders @default the library's */
export function isFresh(file: string, sources: readonly string[] = SOURCES): boolean {
  const built = statSync(join(projectRoot, "dist", file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const files = sources.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(projectRoot, folder, name)),
  );
  return files.every((name) => statSync(name).mtimeMs < built);
}

/**
 * The path from which a test's program imports the components, as a string literal: the build if it is up to date, which saves each run
 * a second of a core, otherwise the sources.
 *
 * @param module in components/ @default the entry with all components
 */
export function componentsLiteral(module = ""): string {
  const folder = componentsAreBuilt() ? ["dist", "components"] : ["components"];
  return JSON.stringify(join(projectRoot, ...folder, module));
}

/** Whether the components' build is up to date. */
export function componentsAreBuilt(): boolean {
  return isFresh("components/index.js");
}
