import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");

/** An import between two of our files, by their paths in the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** The TypeScript files of a folder, or the one file. */
export function sourcesIn(place: string): string[] {
  if (place.endsWith(".ts")) return [place];
  const found = readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" });
  return found
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => join(place, name));
}

/** @throws naming an import of a file that is not there */
export function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, from), "utf8");
  const named = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)].map(([, name = ""]) => name);
  return named.map((name) => ({ from, to: fileOf(join(dirname(from), name.replace(/\.js$/, ""))) }));
}

function fileOf(path: string): string {
  const file = [path, `${path}.ts`, join(path, "index.ts")].find(
    (one) => /\.\w+$/.test(one) && existsSync(join(ROOT, one)),
  );
  if (file === undefined) throw new Error(`'${path}' is imported and is not there`);
  return relative(".", file);
}

/** The top-level folder of a file. */
export function roomOf(file: string): string {
  return file.split("/")[0] ?? "";
}
