import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { places } from "../lab/services/places";
import type { Benchmark, BenchmarkResult } from "./benchmark";

const NOT_BENCHMARKS = ["main.ts", "benchmark.ts", "median.ts"];

const names = readdirSync(__dirname)
  .filter((file) => file.endsWith(".ts") && !NOT_BENCHMARKS.includes(file))
  .map((file) => file.replace(/\.ts$/, ""));

/** `npm run bench -- NAME` prints a table for people and, as its last line, one JSON object with the ratios. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [name] = positionals;
  if (!name || !names.includes(name)) {
    console.error(`'${name ?? ""}' is no benchmark; say npm run bench -- NAME with one of: ${names.join(", ")}`);
    process.exitCode = 2;
    return;
  }
  // On machines without Packer, use the one that the lab's setup installed
  process.env.PATH = [join(places.tools, "usr", "bin"), process.env.PATH].join(delimiter);
  const { benchmark } = (await import(`./${name}`)) as { benchmark: Benchmark };
  print(await benchmark());
}

function print({ unit, rows, ratios }: BenchmarkResult): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const row of rows) {
    console.log(
      `${row.what.padEnd(width)}  ${row.figure.toFixed(1).padStart(9)} ${row.unit ?? unit}  ${row.note ?? ""}`,
    );
  }
  const rounded = Object.entries(ratios).map(([ratio, value]) => [ratio, Number(value.toFixed(3))]);
  console.log(JSON.stringify(Object.fromEntries(rounded)));
}

void main();
