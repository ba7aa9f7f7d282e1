import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Lab, startLab } from "../lab/services/lab";
import { projectRoot } from "../lab/services/places";
import { bakeFingerprint, checkPacker } from "../packer";
import { templatePaths } from "../packer/inputs/packer-files";
import { treeDigests } from "../packer/inputs/tree";
import { prepareUploads } from "../packer/inputs/uploads";
import { packerVariables } from "../packer/run/variables";
import { BAKE_TYPE, BASE_IMAGE, bakeEnvironment, createInstanceProfile, labSpec } from "../test/helpers/bake-lab";
import { countedPacker } from "../test/helpers/counted-packer";
import { imageProject } from "../test/helpers/image-project";
import type { BenchmarkResult } from "./benchmark";
import { median } from "./median";

const ROUNDS = 5;
const FILES = 20_000;
const FILE_BYTES = 50_000;
const FILES_IN_A_FOLDER = 100;
const SUPERVISOR = join(projectRoot, "dist", "packer", "bake.js");

/**
 * Measures three things. First, what the supervisor adds to a bake: from the start of Node to the removal of the node, against
 * `packer build` of the same template with the same variables, in alternating rounds. A bake in the lab takes seconds and a real one
 * minutes, so carry over the added seconds; the ratio is the worst case. Second, a repeated `up` without changes, against that of the
 * same stack without a bake. Third, the fingerprint of a directory tree, computed by the function that fingerprints a bake, against
 * `sha256sum`.
 */
export async function benchmark(): Promise<BenchmarkResult> {
  if (!existsSync(SUPERVISOR)) throw new Error(`'${SUPERVISOR}' is missing; run 'npm run build' first`);
  const folder = mkdtempSync(join(tmpdir(), "bench-bake-"));
  const lab = await startLab();
  try {
    await createInstanceProfile(lab);
    const { supervised, bare } = await inTurns(lab, folder);
    const again = await secondUp(lab, folder);
    const tree = await treeDigest(join(folder, "cookbooks"));
    return {
      unit: "s",
      rows: [
        { what: "packer build, bare", figure: bare, note: `median of ${ROUNDS}` },
        { what: "bake under its supervisor", figure: supervised, note: `adds ${(supervised - bare).toFixed(2)} s` },
        { what: "second up, with a given image", figure: again.given, note: `median of ${ROUNDS}` },
        { what: "second up, with the bake", figure: again.baking, note: addition(again) },
        { what: `sha256sum of ${FILES} files, 1 GB`, figure: tree.sha256sum, note: "warm page cache" },
        { what: "fingerprint of the same tree", figure: tree.fingerprint },
      ],
      ratios: {
        supervisor_ratio: supervised / bare,
        second_up_packer_runs: again.runs,
        fingerprint_ratio: tree.fingerprint / tree.sha256sum,
      },
    };
  } finally {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function addition({ baking, given, runs }: SecondUp): string {
  return `adds ${(baking - given).toFixed(2)} s, ${runs} runs of Packer beside the question for its version`;
}

async function inTurns(lab: Lab, folder: string): Promise<{ supervised: number; bare: number }> {
  const supervised: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareBuild(lab, folder, `bare${round}`));
    supervised.push(await supervise(bakeEnvironment(lab, labSpec(lab, `supervised${round}`))));
    report("bake", round, supervised, bare);
  }
  return { supervised: median(supervised), bare: median(bare) };
}

function supervise(environment: NodeJS.ProcessEnv): Promise<number> {
  return secondsOf(process.execPath, [SUPERVISOR, "create"], environment);
}

/** A bake by hand: the template's files are copied into one folder and the variables are written beforehand. */
async function bareBuild(lab: Lab, folder: string, name: string): Promise<number> {
  const template = join(folder, name);
  const variables = join(folder, `${name}.pkrvars.json`);
  mkdirSync(template);
  for (const path of templatePaths(checkPacker().generation)) {
    writeFileSync(join(template, path.split("/").at(-1) ?? ""), readFileSync(path));
  }
  const spec = labSpec(lab, name);
  const identification = { instanceType: BAKE_TYPE, fingerprint: bakeFingerprint(spec, BAKE_TYPE), inputs: {} };
  const names = { imageName: `${name}-image`, nodeName: `bake-${name}-00000000`, run: "0", startedAt: new Date() };
  const uploads = await prepareUploads(spec, template);
  const manifest = join(folder, `${name}.manifest.json`);
  const values = packerVariables(spec, { ...identification, ...names }, manifest, uploads);
  writeFileSync(variables, JSON.stringify(values));
  return secondsOf("packer", ["build", `-var-file=${variables}`, template], lab.environment);
}

interface SecondUp {
  /** Seconds for the stack that bakes its image. */
  readonly baking: number;
  /** Seconds for the same stack with a given image, that is, for everything but the bake. */
  readonly given: number;
  readonly runs: number;
}

/** Measures a repeated `up` of a stack that bakes its image against one of the same stack with a given image, in alternating rounds. */
async function secondUp(lab: Lab, folder: string): Promise<SecondUp> {
  const counted = countedPacker(folder);
  const project = imageProject(folder, lab);
  const environment = { ...lab.environment, PATH: counted.folder + delimiter + lab.environment.PATH };
  const up = async (stack: string, imageId?: string) => {
    const started = performance.now();
    const result = await project.stack(stack, environment).up(project.settings(imageId ? { imageId } : {}));
    if (!result.ok) throw new Error(`the update of '${stack}' failed:\n${result.output}`);
    return (performance.now() - started) / 1000;
  };
  await up("baking");
  await up("given", BASE_IMAGE);
  const before = counted.runs();
  if (before.join() !== "build")
    throw new Error(`the first update asked Packer for '${before.join()}', expected 'build'`);
  const [baking, given]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    given.push(await up("given", BASE_IMAGE));
    baking.push(await up("baking"));
    report("second up", round, baking, given);
  }
  return { baking: median(baking), given: median(given), runs: counted.runs().length - before.length };
}

/** Measures the fingerprint of a cookbook tree against `sha256sum` of the same files, in alternating rounds; the fastest of each counts. */
async function treeDigest(folder: string): Promise<{ fingerprint: number; sha256sum: number }> {
  for (let file = 0; file < FILES; file++) {
    const below = join(folder, `cookbook${Math.floor(file / FILES_IN_A_FOLDER)}`);
    if (file % FILES_IN_A_FOLDER === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `file${file}`), randomBytes(FILE_BYTES));
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(
      await secondsOf("sh", ["-c", 'find "$1" -type f -print0 | xargs -0 sha256sum >"$1.sums"', "sh", folder]),
    );
    const started = performance.now();
    treeDigests({ "/opt/cookbooks": folder });
    ours.push((performance.now() - started) / 1000);
    report("fingerprint", round, ours, theirs);
  }
  return { fingerprint: Math.min(...ours), sha256sum: Math.min(...theirs) };
}

/** Prints progress, one line per round. */
function report(what: string, round: number, ours: readonly number[], theirs: readonly number[]): void {
  console.error(
    `${what} ${round + 1} of ${ROUNDS}: ${ours[round]?.toFixed(1)} s against ${theirs[round]?.toFixed(1)} s`,
  );
}

async function secondsOf(program: string, args: string[], environment = process.env): Promise<number> {
  const started = performance.now();
  const child = spawn(program, args, { cwd: projectRoot, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output += data;
    });
  }
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`'${program}' ended with '${code}':\n${output}`);
  return (performance.now() - started) / 1000;
}
