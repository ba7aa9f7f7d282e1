import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { packageRoot } from "../packer/package-root";

/**
 * Path of a file that the package's build makes, relative to the program, so that a state file written on one machine
 * is not changed by an update from another.
 *
 * @param file path below the package's `dist` folder
 */
export function builtFile(file: string): string {
  const path = join(packageRoot(), "dist", file);
  if (existsSync(path)) return relative(process.cwd(), path);
  throw new RunError(
    `'dist/${file}' of pulumi-chef-autoscaling is missing; run 'npm run build' in the package's folder`,
  );
}
