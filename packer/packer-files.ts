import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root";

/** Which of the two sets of template files a Packer version reads, besides the common ones. */
export type Generation = "classic" | "modern";

/** Folder of the provisioning scripts. */
export function scriptsFolder(): string {
  return join(packageRoot(), "packer", "scripts");
}

/** Paths of the scripts that clean up after other software, in the order of their names. */
export function cleanerPaths(): string[] {
  return filesIn(join(scriptsFolder(), "cleaners"), ".sh");
}

/** Paths of the template files for one generation of Packer. */
export function templatePaths(generation: Generation): string[] {
  const template = join(packageRoot(), "packer", "template");
  return [...filesIn(template, ".pkr.hcl"), ...filesIn(join(template, generation), ".pkr.hcl")];
}

/** What a bake reads from this package: text of each file by its path below the package's folder. */
export function packerFiles(): Record<string, string> {
  const paths = [
    ...templatePaths("classic"),
    ...templatePaths("modern"),
    ...filesIn(scriptsFolder(), ".sh"),
    ...cleanerPaths(),
  ];
  const start = packageRoot().length + 1;
  return Object.fromEntries(paths.map((path) => [path.slice(start), readFileSync(path, "utf8")]));
}

/**
 * Text of scripts/converge.sh without its first line, to follow `#!/bin/bash` and exported settings in user data.
 * Its head lists the settings.
 */
export function convergeScript(): string {
  const text = readFileSync(join(scriptsFolder(), "converge.sh"), "utf8");
  return text.slice(text.indexOf("\n") + 1);
}

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(folder, name));
}
