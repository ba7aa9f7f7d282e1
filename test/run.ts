import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** Format, lint, types, build, then every suite of mocha; the last line counts them all. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const CHECKS = [
  { title: "format and lint", command: ["biome", "ci", "."] },
  { title: "types", command: ["npm", "run", "--silent", "types"] },
  { title: "build", command: ["npm", "run", "--silent", "build"] },
];

/** Files at a time. Most of what a test does is to wait for another program, but with three some waits are too short on two cores. */
const SIDE_BY_SIDE = 2;

const SUITES = "test/{unit,components,policy,lab}/**/*.test.ts";

function main(): void {
  const only = process.argv.slice(2);
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { title, command } of CHECKS) check(title, command, tally);
  suites(only.length > 0 ? only : [SUITES], tally);
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}

function check(title: string, command: string[], tally: Tally): void {
  console.log(`\n${title}: ${command.join(" ")}`);
  tally[succeeds(command) ? "passed" : "failed"] += 1;
}

function suites(specs: string[], tally: Tally): void {
  const file = join(tmpdir(), `tally-${process.pid}.json`);
  const reporting = ["--reporter", "test/helpers/tally-reporter.cjs", "--reporter-option", `file=${file}`];
  const succeeded = succeeds(["mocha", "--parallel", "--jobs", String(SIDE_BY_SIDE), ...reporting, ...specs]);
  const counted = readTally(file);
  tally.passed += counted.passed;
  tally.skipped += counted.skipped;
  // A runner that ended without counting its failures has failed nevertheless.
  tally.failed += succeeded ? counted.failed : Math.max(1, counted.failed);
}

/** Runs a command of node_modules, of the lab's tools (Packer) or of this machine, and shows all it says. */
function succeeds([file, ...args]: string[]): boolean {
  const PATH = [resolve("node_modules/.bin"), resolve(".lab/tools/usr/bin"), process.env.PATH].join(delimiter);
  const { status, error } = spawnSync(file as string, args, { stdio: "inherit", env: { ...process.env, PATH } });
  if (error) console.error(`${file} could not be started: ${error.message}`);
  return status === 0;
}

function readTally(file: string): Tally {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Tally;
  } catch (error) {
    console.error(`mocha left no count: ${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(file, { force: true });
  }
}

main();
