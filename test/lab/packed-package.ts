/** The package as npm packs it, installed in a folder of its own, for the tests of this folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

const NAME = "pulumi-chef-autoscaling";

/** The tarball's files in `folder/node_modules`; everything else that they need comes from this checkout. */
export function installPacked(folder: string): void {
  const modules = join(folder, "node_modules");
  const place = join(modules, NAME);
  mkdirSync(place, { recursive: true });
  const packing = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const packed = execFileSync("npm", packing, { cwd: projectRoot, encoding: "utf8" }).trim().split("\n");
  execFileSync("tar", ["-xzf", join(folder, String(packed.at(-1))), "--strip-components=1", "-C", place]);
  for (const name of readdirSync(join(projectRoot, "node_modules")).filter((one) => one !== NAME)) {
    symlinkSync(join(projectRoot, "node_modules", name), join(modules, name));
  }
}
