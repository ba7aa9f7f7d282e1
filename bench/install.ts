import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BenchmarkResult, Row } from "./benchmark";
import { median } from "./median";

const PEERS = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/command@1"];
const STARTS = 7;

/** Measures the size of an install and the time a program takes to load it, compared with Pulumi's packages alone. */
export async function benchmark(): Promise<BenchmarkResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-install-"));
  try {
    const [peers, whole] = [install(folder, "peers", PEERS), install(folder, "whole", [pack(folder), ...PEERS])];
    const [alone = Number.NaN, loaded = Number.NaN] = startMs(whole.place, [PEER_LINES, PACKAGE_LINES]);
    const rows: Row[] = [
      { what: "Pulumi's packages alone", figure: peers.megabytes, note: `${peers.packages} packages` },
      { what: "with this package", figure: whole.megabytes, note: `${whole.packages} packages` },
      {
        what: "loading @pulumi/pulumi and @pulumi/aws",
        figure: alone,
        unit: "ms",
        note: `CPU, median of ${STARTS} processes`,
      },
      { what: "and this package", figure: loaded, unit: "ms" },
    ];
    return { unit: "MB", rows, ratios: { size: whole.megabytes / peers.megabytes, start: loaded / alone } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PEER_LINES = 'require("@pulumi/pulumi"); require("@pulumi/aws").ec2.Instance;';
const PACKAGE_LINES = 'require("pulumi-chef-autoscaling");';

/** Packs the package as it was last built. */
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

/**
 * CPU milliseconds from the start of a process to the end of each of these lines, which run one after the other in the same process.
 * CPU time is measured because other work on the machine affects it less than elapsed time.
 */
function startMs(cwd: string, lines: readonly string[]): number[] {
  const timed = lines.map((line) => `${line} times.push(process.cpuUsage(begin));`).join(" ");
  const program = `const begin = process.cpuUsage(), times = []; ${timed} console.log(JSON.stringify(times));`;
  const run = () =>
    (JSON.parse(execFileSync(process.execPath, ["-e", program], { cwd, encoding: "utf8" })) as NodeJS.CpuUsage[]).map(
      ({ user, system }) => (user + system) / 1000,
    );
  run();
  const runs = Array.from({ length: STARTS }, run);
  return lines.map((_, at) => median(runs.map((times) => times[at] ?? Number.NaN)));
}
