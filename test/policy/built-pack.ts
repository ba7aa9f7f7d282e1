import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

let built: string | undefined;

/**
 * Folder of this package's policy pack in JavaScript, built once for all suites of this process: the SDK type-checks a pack in TypeScript
 * when it starts it, which takes more than ten seconds of a core.
 */
export function builtPack(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), "built-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  buildSync({
    entryPoints: [resolve("policy/index.ts")],
    outfile: join(folder, "index.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
  });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  copyFileSync("policy/PulumiPolicy.yaml", join(folder, "PulumiPolicy.yaml"));
  writeFileSync(
    join(folder, "package.json"),
    readFileSync("policy/package.json", "utf8").replace("index.ts", "index.js"),
  );
  built = folder;
  return folder;
}
