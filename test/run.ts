import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** Format, lint, types, build, then every suite of mocha; the last line counts them all. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const CHECKS = [
  { title: "format and lint", command: ["biome", "ci", "."] },
  { title: "types", command: ["tsc", "--noEmit"] },
  { title: "build", command: ["npm", "run", "--silent", "build"] },
];

const SUITES = "test/{unit,components,policy,lab}/**/*.test.ts";

async function main(): Promise<void> {
  const only = process.argv.slice(2);
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { title, command } of CHECKS) await check(title, command, tally);
  await suites(only.length > 0 ? only : [SUITES], tally);
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}

async function check(title: string, [file, ...args]: string[], tally: Tally): Promise<void> {
  console.log(`\n${title}: ${[file, ...args].join(" ")}`);
  const { failed } = await execa(file as string, args, { preferLocal: true, stdio: "inherit", reject: false });
  tally[failed ? "failed" : "passed"] += 1;
}

async function suites(specs: string[], tally: Tally): Promise<void> {
  const file = join(tmpdir(), `tally-${process.pid}.json`);
  const args = ["--reporter", "test/helpers/tally-reporter.cjs", "--reporter-option", `file=${file}`, ...specs];
  const { failed } = await execa("mocha", args, { preferLocal: true, stdio: "inherit", reject: false });
  const counted = readTally(file);
  tally.passed += counted.passed;
  tally.skipped += counted.skipped;
  // A runner that died without counting its failures has failed all the same.
  tally.failed += failed ? Math.max(1, counted.failed) : counted.failed;
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

void main();
