import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { packageRoot } from "../../packer/inputs/package-root";
import { runError } from "../validation/run-error";

/**
 * Path of a file that the package's build makes, relative to the program, so that a state file written on one machine
 * is not changed by an update from another, nor by an upgrade: package managers such as pnpm keep each version in a folder of its
 * own, and let `node_modules/pulumi-chef-autoscaling` point to it.
 *
 * @param file path below the package's `dist` folder
 */
export function builtFile(file: string): string {
  const root = packageRoot();
  if (existsSync(join(root, "dist", file))) return join(relative(process.cwd(), installed(root)), "dist", file);
  throw runError(`'dist/${file}' of pulumi-chef-autoscaling is missing; run 'npm run build' in the package's folder`);
}

/** Where the program finds the package, as long as that is this one. */
function installed(root: string): string {
  const folders = createRequire(join(process.cwd(), "program.js")).resolve.paths("pulumi-chef-autoscaling") ?? [];
  const places = folders.map((folder) => join(folder, "pulumi-chef-autoscaling"));
  const own = realpathSync(root);
  return places.find((place) => existsSync(place) && realpathSync(place) === own) ?? root;
}
