/** What a dynamic provider needs in order to find its code. */
export interface InstalledCode {
  /** Path of the built file, relative to the program's folder, when the state was written. */
  readonly program: string;
  /** Path of the same file below the package's `dist` folder. */
  readonly file: string;
  /** Version of the package that wrote the state. */
  readonly version: string;
  /** What the code does, for the error: "removes the Chef nodes of group "web"". */
  readonly purpose: string;
}

/**
 * Loads a built file from where it was when the state was written, or from where the package is installed now. Pulumi stores a dynamic
 * provider as text in the state and runs it far from this file. So the text is short, and the code comes from the installed package.
 *
 * @throws if the package is no longer installed, with what to do
 */
export function loadInstalled<T>({ program, file, version, purpose }: InstalledCode): T {
  const { createRequire } = require("node:module") as typeof import("node:module");
  const { existsSync } = require("node:fs") as typeof import("node:fs");
  const { join, resolve } = require("node:path") as typeof import("node:path");
  const here = createRequire(join(process.cwd(), "program.js"));
  const folders = here.resolve.paths("pulumi-chef-autoscaling") ?? [];
  const installed = folders.map((folder) => join(folder, "pulumi-chef-autoscaling", "dist", file));
  const found = [resolve(program), ...installed].find((place) => existsSync(place));
  if (found !== undefined) return here(found) as T;
  throw new Error(
    `pulumi-chef-autoscaling, which ${purpose}, is not installed in ${process.cwd()}; install it there again (it was version ` +
      `${version}), then run this again and remove the package afterwards`,
  );
}
