import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

const SOURCES = ["aws", "chef", "components", "packer", "reaper", "rollout"];

/** Tells whether a file of `dist` is newer than all that it is made from. @param sources folders @default the library's */
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
 * What a program of a test imports the components from, as a string literal: as they were built where the sources are not newer,
 * which saves each of its runs a second of a core; otherwise the sources.
 *
 * @param module in components/ @default the entry of all
 */
export function componentsLiteral(module = ""): string {
  const folder = componentsAreBuilt() ? ["dist", "components"] : ["components"];
  return JSON.stringify(join(projectRoot, ...folder, module));
}

/** Whether the components are built, and their sources not newer. */
export function componentsAreBuilt(): boolean {
  return isFresh("components/index.js");
}
