import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { projectRoot } from "./places";

const built = new Map<string, string>();

/**
 * Bundles a program of this repository into one file, once per process for everyone who starts it. A start from the sources would take
 * a second of CPU time to find and compile the modules, and longer if it loads the AWS SDK.
 *
 * @param entry path from the project's root
 */
export function builtProgram(entry: string): string {
  const known = built.get(entry);
  if (known !== undefined) return known;
  // Inside the project, so that packages that are not bundled are found
  const folder = join(projectRoot, ".lab", `built-${process.pid}`);
  if (built.size === 0) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, entry.replaceAll("/", "-").replace(/ts$/, "js"));
  buildSync({
    entryPoints: [join(projectRoot, entry)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  built.set(entry, outfile);
  return outfile;
}
