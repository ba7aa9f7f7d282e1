import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root";
import { packed } from "./packed";

/** Which of the two sets of template files a Packer version reads, in addition to the common ones. */
export type Generation = "classic" | "modern";

/** Folder of the provisioning scripts. */
export function scriptsFolder(): string {
  return join(packageRoot(), "packer", "scripts");
}

/** Paths of the scripts that clean up after other software, in the order of their names. */
export function cleanerPaths(): string[] {
  return filesIn(join(scriptsFolder(), "cleaners"), ".sh");
}

/** Paths of the template files for one generation of Packer and one kind of image. */
export function templatePaths(generation: Generation, rootDevice: "ebs" | "instance-store" = "ebs"): string[] {
  const template = join(packageRoot(), "packer", "template");
  if (rootDevice === "ebs")
    return [...filesIn(template, ".pkr.hcl"), ...filesIn(join(template, generation), ".pkr.hcl")];
  const plugins = filesIn(join(template, generation), "plugins.pkr.hcl");
  return [join(template, "variables.pkr.hcl"), ...filesIn(join(template, "instance-store"), ".pkr.hcl"), ...plugins];
}

/**
 * A template's text with the kind of key pair that OpenSSH 8.8 and newer accepts. The files for 1.6.6 cannot contain it; those in
 * template/modern do.
 */
export function withEd25519(text: string): string {
  return text.replace(/^( *)temporary_key_pair_name .*$/m, '$&\n$1temporary_key_pair_type = "ed25519"');
}

/** The files of this package that a bake reads: text by path below the package's folder. */
export function packerFiles(
  generation: Generation,
  rootDevice: "ebs" | "instance-store" = "ebs",
): Record<string, string> {
  const paths = [...templatePaths(generation, rootDevice), ...filesIn(scriptsFolder(), ".sh"), ...cleanerPaths()];
  const start = packageRoot().length + 1;
  return Object.fromEntries(paths.map((path) => [path.slice(start), readFileSync(path, "utf8")]));
}

/**
 * scripts/converge.sh in the form of user data, to follow `#!/bin/bash` and exported settings: compressed, because EC2 accepts 16 KB of
 * user data, most of which is left for attributes and the user's own parts.
 */
export function convergeScript(): string {
  const text = readFileSync(join(scriptsFolder(), "converge.sh"), "utf8");
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return `script=$(base64 --decode <<<'${packed(lines.join("\n"))}' | gunzip) || exit 1\neval "$script"\n`;
}

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(folder, name));
}
