import { rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { projectRoot } from "./places";

const built = new Map<string, string>();

/**
 * A program of this repository as one file, built once for all who start it from this process: from its sources, each start takes a
 * second of a core to find and translate its modules, and longer where it loads AWS's SDK.
 *
 * @param entry path from the project's root
 */
export function builtProgram(entry: string): string {
  const known = built.get(entry);
  if (known !== undefined) return known;
  // Below the project, so that what stays outside of the file is found
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
