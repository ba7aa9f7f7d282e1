import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../lab/services/places";
import { findMoto, type Moto, startMoto } from "../test/helpers/moto";
import type { BenchmarkResult, Row } from "./benchmark";
import { plainResources } from "./program/plain";
import { type Preview, type Previewer, previewer } from "./program/previewer";
import { byHandProgram, libraryProgram } from "./program/programs";

/** With 200, the benchmark would take more than 10 minutes. */
const SIZES = [1, 10, 100];

/** Previews of each size by each program; the faster one counts. */
const RUNS = 2;

/** Number of groups whose time per group is compared with that of the largest size. */
const SMALL = 10;

/** Previews of the same number of groups by both programs. */
interface Pair {
  readonly size: number;
  readonly library: Preview;
  readonly byHand: Preview;
}

/**
 * Measures what the components add to a preview: groups declared with the library against the same resources declared by hand with
 * @pulumi/aws, both previewed by the lab's engine.
 *
 * - `preview_ratio`: the library's time divided by that of the program by hand, at the size where this is largest.
 * - `growth`: the library's time per group at the largest size divided by that at 10 groups. The time of the same program without
 *   groups, mostly for starting processes and loading modules, is measured in the same run and subtracted from both.
 */
export function benchmark(): Promise<BenchmarkResult> {
  return compare(SIZES);
}

/** The same for other sizes, in ascending order and including 10. @throws if the two programs declare different resources */
async function compare(sizes: readonly number[]): Promise<BenchmarkResult> {
  const program = findMoto();
  if (program === undefined) throw new Error("there is no moto in .lab/venv; run bash lab/setup.sh");
  const folder = mkdtempSync(join(tmpdir(), "bench-program-"));
  const moto = await startMoto(program);
  try {
    const [library, byHand] = await previewers(folder, moto);
    const pairs: Pair[] = [];
    for (const size of [0, ...sizes]) pairs.push(await pairOf(size, library, byHand));
    return { unit: "s", rows: [...pairs.flatMap(rowsOf), growthByHand(pairs)], ratios: ratiosOf(pairs) };
  } finally {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function previewers(folder: string, moto: Moto): Promise<[library: Previewer, byHand: Previewer]> {
  const components = join(projectRoot, "dist", "components");
  const bundle = join(projectRoot, "dist", "lambda", "reaper.js");
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  const library = previewer(folder, "library", libraryProgram(components), moto);
  const byHand = previewer(folder, "by-hand", byHandProgram(bundle), moto);
  writeFileSync(join(folder, "by-hand", "resources.json"), JSON.stringify(await plainResources(components)));
  return [library, byHand];
}

/** The fastest of several previews by each program, in alternating runs, so that other work on the machine matters less. */
async function pairOf(size: number, library: Previewer, byHand: Previewer): Promise<Pair> {
  let pair: Pair | undefined;
  for (let run = 0; run < RUNS; run++) {
    const [ours, theirs] = [await library(size), await byHand(size)];
    refuseDifference(size, ours.resources, theirs.resources);
    console.error(`${size} groups: ${ours.seconds.toFixed(1)} s, by hand ${theirs.seconds.toFixed(1)} s`);
    pair = { size, library: faster(ours, pair?.library), byHand: faster(theirs, pair?.byHand) };
  }
  if (pair === undefined) throw new Error(`no preview of ${size} groups ran`);
  return pair;
}

function faster(one: Preview, other: Preview | undefined): Preview {
  return other === undefined || one.seconds < other.seconds ? one : other;
}

function refuseDifference(size: number, ours: readonly string[], theirs: readonly string[]): void {
  const [known, declared] = [new Set(theirs), new Set(ours)];
  const missing = ours.filter((resource) => !known.has(resource));
  const extra = theirs.filter((resource) => !declared.has(resource));
  if (missing.length + extra.length === 0 && ours.length === theirs.length) return;
  const differences = [...missing.map((one) => `- ${one}`), ...extra.map((one) => `+ ${one}`)].join("\n  ");
  throw new Error(
    `${ours.length} resources of ${size} groups against ${theirs.length} by hand, expected the same:\n  ${differences}`,
  );
}

function rowsOf({ size, library, byHand }: Pair): Row[] {
  const note = `${library.resources.length} resources`;
  return [
    { what: `${size} groups, library`, figure: library.seconds, note },
    { what: `${size} groups, by hand`, figure: byHand.seconds, note },
  ];
}

function ratiosOf(all: readonly Pair[]): Record<string, number> {
  const [, ...pairs] = all;
  const dearest = Math.max(...pairs.map(({ library, byHand }) => library.seconds / byHand.seconds));
  return { preview_ratio: dearest, growth: growthOf(all, "library") };
}

function growthByHand(pairs: readonly Pair[]): Row {
  return {
    what: "growth, by hand",
    figure: growthOf(pairs, "byHand"),
    unit: "",
    note: "the library's is the last ratio",
  };
}

/** The time per group at the largest size divided by that at 10 groups. */
function growthOf([empty, ...pairs]: readonly Pair[], program: "library" | "byHand"): number {
  const perGroup = (pair: Pair | undefined) => {
    if (pair === undefined || empty === undefined) throw new Error(`${SMALL} groups must be among the sizes`);
    return (pair[program].seconds - empty[program].seconds) / pair.size;
  };
  return perGroup(pairs.at(-1)) / perGroup(pairs.find(({ size }) => size === SMALL));
}
