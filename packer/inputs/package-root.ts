import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folder of the package: the same for the sources, for `dist/` beside them, and for an installed package. */
export function packageRoot(folder = __dirname): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no 'package.json' in or above '${__dirname}'; install the package again`);
  return packageRoot(parent);
}

/** Version of the package, as `1.2.3`. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")).version;
}
