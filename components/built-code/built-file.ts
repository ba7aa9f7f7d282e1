import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { packageRoot } from "../../packer/inputs/package-root";
import { runError } from "../validation/run-error";

/**
 * Path of a file that the package's build creates, relative to the program. This way neither an update from another machine nor an upgrade
 * changes the state: package managers such as pnpm keep each version in a separate folder and link `node_modules/pulumi-chef-autoscaling`
 * to it.
 *
 * @param file path below the package's `dist` folder
 */
export function builtFile(file: string): string {
  const root = packageRoot();
  if (existsSync(join(root, "dist", file))) return join(relative(process.cwd(), installed(root)), "dist", file);
  throw runError(`'dist/${file}' of pulumi-chef-autoscaling is missing; run 'npm run build' in the package's folder`);
}

/** Where the program resolves the package, provided that it is this one. */
function installed(root: string): string {
  const folders = createRequire(join(process.cwd(), "program.js")).resolve.paths("pulumi-chef-autoscaling") ?? [];
  const places = folders.map((folder) => join(folder, "pulumi-chef-autoscaling"));
  const own = realpathSync(root);
  return places.find((place) => existsSync(place) && realpathSync(place) === own) ?? root;
}
