import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProcessRunner } from "../lab/engine/in-process-runner";
import { projectRoot } from "../lab/services/places";
import { declare } from "../test/helpers/declare";
import { findMoto, type Moto, startMoto } from "../test/helpers/moto";
import type { BenchmarkResult, Row } from "./benchmark";

const SIZES = [1, 10, 100, 500];

/** moto's own image. */
const IMAGE = "ami-12c6146b";

const NAME = "g0";

/** A group as most are: scaled out and in, reaped by the function, in the default VPC. */
const PRELUDE = `
import * as pulumi from "@pulumi/pulumi";
const count = new pulumi.Config().requireNumber("count");
`;
const ARGS = {
  imageId: IMAGE,
  instanceType: "t3.small",
  chef: { serverUrl: "https://chef.invalid", validator: identity("validator"), operator: identity("operator") },
  capacity: { min: 1, max: 4 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  scaling: { out: {}, in: {} },
};
const LIBRARY = (components: string) => `${PRELUDE}
import { ChefAutoScalingGroup } from ${JSON.stringify(components)};
for (let index = 0; index < count; index++) {
  new ChefAutoScalingGroup("g" + index, { ...${JSON.stringify(ARGS)}, groupName: "bench-g" + index });
}
`;

/** The same resources with the same inputs and dependencies, declared one by one: no components, nothing worked out. */
const BY_HAND = (bundle: string) => `${PRELUDE}
import { readFileSync } from "node:fs";
import { join } from "node:path";
type Plain = { type: string; name: string; inputs: Record<string, unknown>; dependencies: string[] };
const bundle = ${JSON.stringify(bundle)};
const text = readFileSync(join(__dirname, "resources.json"), "utf8");
for (let index = 0; index < count; index++) {
  const made = new Map<string, pulumi.Resource>();
  for (const { type, name, inputs, dependencies } of JSON.parse(text.replaceAll("g0", "g" + index)) as Plain[]) {
    const dependsOn = dependencies.flatMap((one) => made.get(one) ?? []);
    if (inputs.code) inputs.code = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(bundle) });
    made.set(name, new pulumi.CustomResource(type, name, inputs, { dependsOn }));
  }
}
`;

/**
 * What the components cost a preview: groups of the library against the same resources declared by hand, both by the lab's
 * engine. The first row of a size is the library's. `growth`: seconds
 * that a group adds between the two largest sizes, over those between the two smallest.
 */
export function benchmark(): Promise<BenchmarkResult> {
  return compare(SIZES);
}

/** The same for other sizes, in rising order, three at least. */
export async function compare(sizes: readonly number[]): Promise<BenchmarkResult> {
  const program = findMoto();
  if (program === undefined) throw new Error("there is no moto in .lab/venv; run bash lab/setup.sh");
  const folder = mkdtempSync(join(tmpdir(), "bench-program-"));
  const moto = await startMoto(program);
  try {
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    const components = join(projectRoot, "dist", "components");
    const library = previewer(folder, "library", LIBRARY(components), moto);
    const byHand = previewer(folder, "by-hand", BY_HAND(join(projectRoot, "dist", "lambda", "reaper.js")), moto);
    writeFileSync(join(folder, "by-hand", "resources.json"), JSON.stringify(await resourcesOfOne(components)));
    const rows: Row[] = [];
    for (const size of sizes) {
      const [ours, theirs] = [await library(size), await byHand(size)];
      if (theirs.resources !== ours.resources) {
        throw new Error(`${ours.resources} resources against ${theirs.resources}: the two do not declare the same`);
      }
      rows.push({ what: `${size} groups, library`, figure: ours.seconds, note: `${ours.resources} resources` });
      rows.push({ what: `${size} groups, by hand`, figure: theirs.seconds });
    }
    return { unit: "s", rows, ratios: ratiosOf(sizes, rows) };
  } finally {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function identity(name: string) {
  return { name, key: { ssmParameter: `/chef/${name}` } };
}

/** What one group declares to its provider, as a monitor sees it. */
async function resourcesOfOne(components: string) {
  const { ChefAutoScalingGroup } = (await import(components)) as typeof import("../components");
  const program = () => new ChefAutoScalingGroup(NAME, { ...ARGS, groupName: `bench-${NAME}` });
  const { resources } = await declare(() => void program());
  const lastOf = (urn: string) => urn.split("::").pop() ?? urn;
  return resources
    .filter(({ type }) => type.startsWith("aws:") || type.startsWith("pulumi-nodejs:"))
    .map(({ type, name, inputs, dependencies }) => ({ type, name, inputs, dependencies: dependencies.map(lastOf) }));
}

interface Preview {
  readonly seconds: number;
  /** Resources that a provider is asked for; components are not. */
  readonly resources: number;
}

function previewer(folder: string, name: string, code: string, moto: Moto): (count: number) => Promise<Preview> {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\nmain: index.ts\n`);
  writeFileSync(join(project, "index.ts"), code);
  const environment = moto.environment;
  const runner = inProcessRunner({ project, stack: "bench", stateDir: join(folder, "state"), environment });
  return async (count) => {
    const started = performance.now();
    const result = await runner.preview({ config: { "aws:region": "us-east-1", [`${name}:count`]: String(count) } });
    const seconds = (performance.now() - started) / 1000;
    if (!result.ok) throw new Error(`the preview of ${count} groups failed:\n${result.output}`);
    const made = result.operations.filter(({ type }) => /^(aws|pulumi-nodejs):/.test(type));
    return { seconds, resources: made.length };
  };
}

function ratiosOf(sizes: readonly number[], rows: readonly Row[]): Record<string, number> {
  const of = (index: number, side: 0 | 1) => rows[2 * index + side].figure;
  const added = (from: number) => (of(from + 1, 0) - of(from, 0)) / (sizes[from + 1] - sizes[from]);
  const dearest = Math.max(...sizes.map((_, index) => of(index, 0) / of(index, 1)));
  return { preview_ratio: dearest, growth: added(sizes.length - 2) / added(0) };
}
