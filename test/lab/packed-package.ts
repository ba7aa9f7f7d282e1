/** The package as npm packs it, installed in a separate folder, for the tests of this folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

const NAME = "pulumi-chef-autoscaling";

/** Packs what would be published, from the last build. @returns the tarball's path */
export function packPackage(folder: string): string {
  const packing = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const packed = execFileSync("npm", packing, { cwd: projectRoot, encoding: "utf8" }).trim().split("\n");
  return join(folder, String(packed.at(-1)));
}

/** Installs the tarball's files in `folder/node_modules`; everything else that they need comes from this checkout. */
export function installPacked(folder: string): void {
  const modules = join(folder, "node_modules");
  const place = join(modules, NAME);
  mkdirSync(place, { recursive: true });
  execFileSync("tar", ["-xzf", packPackage(folder), "--strip-components=1", "-C", place]);
  for (const name of readdirSync(join(projectRoot, "node_modules")).filter((one) => one !== NAME)) {
    symlinkSync(join(projectRoot, "node_modules", name), join(modules, name));
  }
}
