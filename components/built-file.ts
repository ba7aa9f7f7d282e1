import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { InputPropertyError } from "@pulumi/pulumi";

/**
 * Path of a file that the package's build makes, relative to the program, so that a state file written on one machine
 * is not changed by an update from another.
 *
 * @param file path below the package's `dist` folder
 */
export function builtFile(file: string): string {
  const path = join(packageRoot(__dirname), "dist", file);
  if (existsSync(path)) return relative(process.cwd(), path);
  throw new InputPropertyError({
    propertyPath: "",
    reason: `'dist/${file}' of pulumi-chef-autoscaling is missing; run 'npm run build' in the package's folder`,
  });
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  return packageRoot(dirname(folder));
}
