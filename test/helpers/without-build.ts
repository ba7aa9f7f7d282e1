import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { buildSync } from "esbuild";

/**
 * Lets the tests of units and components run from the sources alone. The components declare files of `dist` by path: without a build,
 * these few are created once, before the first test file. Loaded by .mocharc.json.
 */
const BUNDLES = ["bundle:cleanup", "bundle:rollout", "bundle:function"];

export function mochaGlobalSetup(): void {
  if (existsSync("dist/components/index.js")) return;
  for (const script of BUNDLES) execFileSync("npm", ["run", "--silent", script], { stdio: "inherit" });
  const entryPoints = ["packer/bake.ts"];
  buildSync({ entryPoints, outfile: "dist/packer/bake.js", bundle: true, platform: "node", target: "node20" });
}

// After an installed Packer
process.env.PATH = [process.env.PATH, resolve(join(__dirname, "../fixtures/bin"))].join(delimiter);
