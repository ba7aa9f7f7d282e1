import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { OperatorEnvironment } from "../../contract/bake-environment";
import { regionsOf } from "../images/regions";
import type { BakeIdentification } from "../images/tags";
import { removeUnfinishedImages } from "../images/unfinished";
import { fingerprint, type Inputs, inputsOf } from "../inputs/fingerprint";
import { cleanerPaths, templatePaths, withEd25519 } from "../inputs/packer-files";
import { makesEd25519, type Packer } from "../inputs/packer-version";
import { prepareUploads } from "../inputs/uploads";
import { type BakeSpec, rootDeviceOf } from "../spec/spec";
import { connectOperator, removeBakeNode } from "../sweep/chef-cleanup";
import { FOLDER_PREFIX, VARIABLES_FILE } from "../sweep/folders";
import { removeOwnLeftovers } from "../sweep/own-leftovers";
import { sweepBefore } from "../sweep/sweep-before";
import { imageIdsOf } from "./manifest";
import { installPlugins } from "./plugins";
import { bakeSteps } from "./progress";
import { rootDevice } from "./root-volume";
import type { Running } from "./running";
import { readLog, runPacker } from "./supervisor";
import { packerVariables } from "./variables";
import { withCleanup } from "./with-cleanup";

/** How a bake is observed and stopped. */
export interface BakeControl {
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
  readonly onRunning: (running: Running) => void;
}

/** One run of Packer, before it starts. */
interface Run {
  readonly spec: BakeSpec;
  readonly bake: BakeIdentification;
  readonly packer: Packer;
  readonly folder: string;
  readonly control: BakeControl;
}

/**
 * Runs Packer, and removes the bake's node, its private folder and an unfinished image, whatever the result.
 *
 * @returns the images' ids by region
 */
export async function runBake(
  spec: BakeSpec,
  bake: BakeIdentification,
  packer: Packer,
  control: BakeControl,
): Promise<Record<string, string>> {
  const chef = await connectOperator(spec);
  const used = { folder: "", swept: Promise.resolve() };
  const work = async () => {
    // First, since it must not find the folder of this bake.
    used.swept = (await sweepBefore(spec, chef, control)).done;
    used.folder = await makeFolder().catch(tellRoom);
    return runTemplate({ spec, bake, packer, folder: used.folder, control });
  };
  return withCleanup(work(), [
    (failed) => failed && removeLeftovers(spec, bake, used.folder),
    () => used.folder && rmSync(used.folder, { recursive: true, force: true }),
    () => used.swept,
    () => removeBakeNode(chef, bake.nodeName).finally(chef.close),
  ]);
}

/** The private folder that the watching command has named, or a new one. */
async function makeFolder(): Promise<string> {
  const { BAKE_FOLDER: named } = process.env;
  if (!named) return mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  await mkdir(named, { mode: 0o700 });
  return named;
}

/** Leftovers of a failed run of Packer. With BAKE_ON_ERROR=abort they are kept for inspection. */
async function removeLeftovers(spec: BakeSpec, bake: BakeIdentification, folder: string): Promise<void> {
  const log = readLog(folder);
  if (log === "" || onError() === "abort") return;
  await withCleanup(removeUnfinishedImages(spec, bake, log.includes("Creating AMI") ? undefined : 1), [
    () => removeOwnLeftovers(spec, { nodeName: bake.nodeName, log }),
  ]);
}

async function runTemplate(run: Run): Promise<Record<string, string>> {
  const { spec, bake, packer, folder, control } = run;
  const template = join(folder, "template");
  const manifest = join(folder, "manifest.json");
  const variables = join(folder, VARIABLES_FILE);
  await prepare(run, { template, manifest, variables }).catch(tellRoom);
  const { signal, write, onRunning } = control;
  if (packer.generation === "modern") await installPlugins({ folder, signal, write }, template);
  await runPacker({
    ...{ folder, signal, write },
    args: ["build", `-on-error=${onError()}`, `-var-file=${variables}`, template],
    steps: bakeSteps(cleanerPaths()),
    onStart: (pid) => onRunning({ packer: pid, folder, nodeName: bake.nodeName, imageName: bake.imageName }),
  });
  // If Packer is stopped before it has started, it exits as if it had succeeded.
  if (!existsSync(manifest)) signal.throwIfAborted();
  return imageIdsOf(readFileSync(manifest, "utf8"), regionsOf(spec));
}

/** Assembles the template's files, and writes the variables and the uploads. */
async function prepare(
  { spec, bake, packer, folder }: Run,
  { template, manifest, variables }: Readonly<Record<"template" | "manifest" | "variables", string>>,
): Promise<void> {
  const uploads = await prepareUploads(spec, folder);
  assertUnchanged(inputsOf(spec, bake.instanceType, packer.version, uploads.trees), bake.fingerprint);
  mkdirSync(template);
  const saysKeyType = packer.generation === "modern" && !spec.instanceStore;
  const complete = !saysKeyType && makesEd25519(packer.version) ? withEd25519 : (text: string) => text;
  for (const path of templatePaths(packer.generation, rootDeviceOf(spec))) {
    writeFileSync(join(template, basename(path)), complete(readFileSync(path, "utf8")));
  }
  const given = packerVariables(spec, bake, manifest, uploads, await rootDevice(spec));
  writeFileSync(variables, JSON.stringify(given), { mode: 0o600 });
}

/** A file that was changed after the program ran would be baked under the old fingerprint. */
function assertUnchanged(inputs: Inputs, expected: string): void {
  const got = fingerprint(inputs);
  if (got === expected) return;
  throw new Error(
    `the image's inputs have changed since the Pulumi program read them: got fingerprint '${got}', ` +
      `expected '${expected}'; run the update again`,
  );
}

function onError(): string {
  const { BAKE_ON_ERROR }: OperatorEnvironment = process.env;
  const wish = BAKE_ON_ERROR || "cleanup";
  if (wish === "cleanup" || wish === "abort") return wish;
  throw new Error(`'BAKE_ON_ERROR' is '${wish}', expected cleanup or abort; unset it to clean up`);
}

/** By Node's code, or by the message of `tar`, whose exit code is 2 for any error. */
function isRoomless({ code, stderr }: NodeJS.ErrnoException & { readonly stderr?: unknown }): boolean {
  return /^(ENOSPC|EDQUOT|EROFS)$/.test(code ?? "") || /No space left|quota exceeded|Read-only/.test(String(stderr));
}

/** Explains which disk is full. */
function tellRoom(error: Error): never {
  if (!isRoomless(error)) throw error;
  throw new Error(
    `the bake's files cannot be written in '${tmpdir()}': ${error.message.trim().replaceAll(/\s*\n/g, ", ")}; free space there, or set TMPDIR to a folder with enough space`,
  );
}
