import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { forEachBounded } from "../common/concurrency";
import { Pack } from "../test/policy/pack";
import { resourcesOf, type Stack, soundStack, type TestResource } from "../test/policy/stack";
import type { BenchmarkResult, Row } from "./benchmark";

const SIZES = [100, 1_000, 10_000];

/** Number of resources that the Pulumi CLI registers in parallel. */
const PARALLEL = 16;

/** Repetitions of each measurement. The fastest counts, since slower ones include other work on the machine. */
const TIMES = 3;

const root = join(__dirname, "..");

/**
 * Measures the time a policy pack adds to a preview: each resource analyzed on its own, then the whole stack, through the policy pack
 * gRPC interface. Our pack and @pulumi/awsguard analyze the same resources in alternating runs. Times are compared per rule, since the
 * two packs have different numbers of rules.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  const ours = await Measured.start("our pack", join(root, "policy"));
  const peer = await Measured.start("@pulumi/awsguard", awsguard());
  try {
    for (const size of SIZES) await takeTurns(size, ours, peer);
    const largest = SIZES.at(-1) as number;
    return {
      unit: "µs",
      rows: [...ours.rows(), ...peer.rows()],
      ratios: {
        vs_awsguard: peer.perRule(largest) / ours.perRule(largest),
        growth: ours.perResource(largest) / ours.perResource(1_000),
      },
    };
  } finally {
    ours.stop();
    peer.stop();
  }
}

/** Measures the packs alternately, so that other work on the machine affects both alike. */
async function takeTurns(size: number, ...packs: readonly Measured[]): Promise<void> {
  const resources = graph(size);
  for (let time = 0; time < TIMES; time++) {
    for (const pack of packs) await pack.measure(resources);
  }
}

/** Installs awsguard below .lab, which is not committed, unless it is installed already. */
function awsguard(): string {
  const folder = join(root, ".lab", "peers", "awsguard");
  cpSync(join(__dirname, "peers", "awsguard"), folder, { recursive: true });
  if (!existsSync(join(folder, "node_modules", "@pulumi", "awsguard"))) {
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder, stdio: "inherit" });
  }
  return folder;
}

/** A running pack and the fastest time measured for each size. */
class Measured {
  private readonly fastest = new Map<number, number>();

  private constructor(
    private readonly what: string,
    private readonly pack: Pack,
    private readonly rules: number,
  ) {}

  static async start(what: string, folder: string): Promise<Measured> {
    const pack = await Pack.start(folder);
    await pack.configure({});
    await microseconds(pack, graph(SIZES[0] as number));
    return new Measured(what, pack, await pack.countRules());
  }

  async measure(resources: readonly TestResource[]): Promise<void> {
    const figure = (await microseconds(this.pack, resources)) / resources.length;
    const before = this.fastest.get(resources.length) ?? Number.POSITIVE_INFINITY;
    this.fastest.set(resources.length, Math.min(before, figure));
  }

  perResource(size: number): number {
    return this.fastest.get(size) as number;
  }

  perRule(size: number): number {
    return this.perResource(size) / this.rules;
  }

  rows(): Row[] {
    const { what, rules } = this;
    const rows: Row[] = SIZES.flatMap((size) => [
      { what: `${what}, ${size} resources`, figure: this.perResource(size), note: `a resource, ${rules} rules` },
      { what: `${what}, ${size} resources, by rule`, figure: this.perRule(size), note: "a resource and rule" },
    ]);
    const note = "this one in MiB, the most ever held";
    return [...rows, { what: `${what}, memory`, figure: this.pack.peakMebibytes(), note }];
  }

  stop(): void {
    this.pack.stop();
  }
}

async function microseconds(pack: Pack, resources: readonly TestResource[]): Promise<number> {
  const started = performance.now();
  await forEachBounded(resources, PARALLEL, async (resource) => void (await pack.analyze(resource)));
  await pack.analyzeStack(resources);
  return (performance.now() - started) * 1000;
}

/** Copies of a stack that violates no rule, up to this number of resources. */
function graph(size: number): TestResource[] {
  const sound = Object.entries(soundStack());
  const copies = Array.from({ length: Math.ceil(size / sound.length) }, (_, copy) => copyOf(sound, copy));
  return resourcesOf(Object.assign({}, ...copies)).slice(0, size);
}

function copyOf(sound: readonly (readonly [string, Stack[string]])[], copy: number): Stack {
  const renamed = (names: string | readonly string[]) => [names].flat().map((name) => `${name}-${copy}`);
  return Object.fromEntries(
    sound.map(([name, { from = {}, after = [], ...written }]) => [
      `${name}-${copy}`,
      {
        ...written,
        after: renamed(after),
        from: Object.fromEntries(Object.entries(from).map(([key, names]) => [key, renamed(names)])),
      },
    ]),
  );
}
