import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BenchmarkResult, Row } from "./benchmark";
import { median } from "./median";

const PEERS = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/command@1"];
const STARTS = 7;

/** What an install weighs and how long a program takes to load it, beside Pulumi's own packages alone. */
export async function benchmark(): Promise<BenchmarkResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-install-"));
  try {
    const [peers, whole] = [install(folder, "peers", PEERS), install(folder, "whole", [pack(folder), ...PEERS])];
    const [alone, loaded] = [startMs(whole.place, PEER_LINES), startMs(whole.place, PACKAGE_LINES)];
    const rows: Row[] = [
      { what: "Pulumi's packages alone", figure: peers.megabytes, note: `${peers.packages} packages` },
      { what: "with this package", figure: whole.megabytes, note: `${whole.packages} packages` },
      {
        what: "loading @pulumi/pulumi and @pulumi/aws",
        figure: alone,
        unit: "ms",
        note: `median of ${STARTS} processes`,
      },
      { what: "and this package", figure: loaded, unit: "ms" },
    ];
    return { unit: "MB", rows, ratios: { size: whole.megabytes / peers.megabytes, start: loaded / alone } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PEER_LINES = 'require("@pulumi/pulumi"); require("@pulumi/aws").ec2.Instance;';
const PACKAGE_LINES = `${PEER_LINES} require("pulumi-chef-autoscaling");`;

/** The package as it was last built. */
function pack(folder: string): string {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  return join(folder, execFileSync("npm", args, { cwd: resolve(__dirname, ".."), encoding: "utf8" }).trim());
}

function install(folder: string, name: string, packages: readonly string[]) {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), "{}");
  const args = ["install", "--no-audit", "--no-fund", "--silent", "--prefer-offline", ...packages];
  execFileSync("npm", args, { cwd: place, stdio: "inherit" });
  const modules = join(place, "node_modules");
  const files = readdirSync(modules, { recursive: true, encoding: "utf8" }).map((file) =>
    statSync(join(modules, file)),
  );
  const bytes = files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0);
  const lock = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as { readonly packages: object };
  return { place, megabytes: bytes / 1e6, packages: Object.keys(lock.packages).length };
}

/** How long these lines take, beside the start of Node itself. */
function startMs(cwd: string, lines: string): number {
  const timed = `const begin = process.hrtime.bigint(); ${lines} console.log(Number(process.hrtime.bigint() - begin) / 1e6);`;
  const run = () => Number(execFileSync(process.execPath, ["-e", timed], { cwd, encoding: "utf8" }));
  run();
  return median(Array.from({ length: STARTS }, run));
}
