import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { describeChange } from "./change";
import { connectOperator, removeBakeNode } from "./chef-cleanup";
import { inputsOf } from "./fingerprint";
import { imagesOf, newestImage, tagOf, verifiedImage } from "./image";
import type { Running } from "./leash";
import { FOLDER_PREFIX, VARIABLES_FILE } from "./leftovers/folders";
import { imageIdsOf } from "./manifest";
import { cleanerPaths, templatePaths } from "./packer-files";
import { checkPacker, type Packer } from "./packer-version";
import { bakeSteps } from "./progress";
import { lookAfterImages } from "./retention";
import { settle } from "./settle";
import type { BakeSpec } from "./spec";
import { runPacker } from "./supervisor";
import { sweepBefore } from "./sweep-before";
import { type BakeIdentification, TAG } from "./tags";
import { removeUnfinishedImage } from "./unfinished";
import { prepareUploads } from "./uploads";
import { packerVariables } from "./variables";

/** A bake as the Pulumi program orders it. */
export interface BakeOrder {
  readonly spec: BakeSpec;
  readonly instanceType: string;
  readonly fingerprint: string;
}

/** What the program reads from standard output. */
export interface BakeResult {
  readonly imageId: string;
  /** The image in its own region and in those it is copied to, by region. */
  readonly imageIds: Readonly<Record<string, string>>;
  /** Whether the image was there already, or another bake of the same address was first. */
  readonly reused: boolean;
  readonly region: string;
  readonly instanceType: string;
  readonly fingerprint: string;
}

/** How a bake is followed and stopped. */
export interface BakeControl {
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
  readonly onRunning: (running: Running) => void;
}

/** Finds the image of this address, or bakes it. */
export async function createImage(order: BakeOrder, control: BakeControl): Promise<BakeResult> {
  const { spec, instanceType, fingerprint } = order;
  const ec2 = new EC2Client({ region: spec.region });
  const result = { region: spec.region, instanceType, fingerprint };
  const before = await imagesOf(ec2, fingerprint);
  const found = spec.rebake ? undefined : before.at(-1);
  if (found?.ImageId) {
    control.write(`bake: nothing changed, using ${found.ImageId} again\n`);
    return { imageId: found.ImageId, imageIds: await imageIdsEverywhere(found, order), reused: true, ...result };
  }
  const packer = checkPacker();
  const bake = identification(order, packer);
  await tellReason(ec2, bake, spec, control);
  const made = await bakeOnce(spec, bake, packer, control);
  const ours = await verifiedImage(ec2, made[spec.region] ?? "", { fingerprint, root: rootDevice(spec) });
  const image = await settle(ec2, ours, namePrefix(spec, fingerprint), before);
  const reused = image.ImageId !== ours.ImageId;
  const imageIds = reused ? await imageIdsEverywhere(image, order) : made;
  await lookAfterImages(spec, imageIds, control.write);
  return { imageId: image.ImageId ?? "", imageIds, reused, ...result };
}

function rootDevice({ instanceStore }: BakeSpec): "ebs" | "instance-store" {
  return instanceStore ? "instance-store" : "ebs";
}

/** An image that is there already, with its copies, which have the same fingerprint. */
async function imageIdsEverywhere(image: Image, { spec, fingerprint }: BakeOrder): Promise<Record<string, string>> {
  const copies = await Promise.all(
    Object.keys(spec.copies ?? {}).map(async (region) => {
      const copy = (await imagesOf(new EC2Client({ region }), fingerprint)).at(-1);
      if (!copy?.ImageId) {
        throw new Error(
          `the image '${image.ImageId}' has no copy in '${region}' any more; set 'rebake' for one update to make it anew`,
        );
      }
      return [region, copy.ImageId];
    }),
  );
  return { [spec.region]: image.ImageId ?? "", ...Object.fromEntries(copies) };
}

function identification({ spec, instanceType, fingerprint }: BakeOrder, packer: Packer): BakeIdentification {
  const run = randomBytes(4).toString("hex");
  return {
    instanceType,
    fingerprint,
    inputs: inputsOf(spec, instanceType, packer.version),
    imageName: `${namePrefix(spec, fingerprint)}${run}`,
    nodeName: `bake-${spec.name}-${run}`,
    run,
    startedAt: new Date(),
  };
}

function namePrefix(spec: BakeSpec, fingerprint: string): string {
  return `${spec.name}-${fingerprint.slice(0, 12)}-`;
}

async function tellReason(ec2: EC2Client, bake: BakeIdentification, spec: BakeSpec, { write }: BakeControl) {
  const previous = await newestImage(ec2, spec.name);
  const before = previous && tagOf(previous, TAG.inputs);
  const changed = before && describeChange(before, bake.inputs);
  const reason = spec.rebake
    ? "rebaking: 'rebake' is set"
    : changed
      ? `rebaking: ${changed}`
      : "baking for the first time";
  write(`bake: ${reason}\nbake: the bake's node is '${bake.nodeName}'\n`);
}

/** Runs Packer, and removes the bake's node whatever became of it. */
async function bakeOnce(spec: BakeSpec, bake: BakeIdentification, packer: Packer, control: BakeControl) {
  const chef = await connectOperator(spec);
  const { done: swept } = await sweepBefore(spec, chef, control);
  const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  try {
    return await runTemplate(spec, bake, packer, folder, control);
  } catch (error) {
    await removeUnfinishedImage(new EC2Client({ region: spec.region }), bake.imageName);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await swept;
    await removeBakeNode(chef, bake.nodeName).finally(chef.close);
  }
}

async function runTemplate(
  spec: BakeSpec,
  bake: BakeIdentification,
  packer: Packer,
  folder: string,
  { signal, write, onRunning }: BakeControl,
): Promise<Record<string, string>> {
  const template = join(folder, "template");
  const manifest = join(folder, "manifest.json");
  const variables = join(folder, VARIABLES_FILE);
  mkdirSync(template);
  for (const path of templatePaths(packer.generation, rootDevice(spec)))
    copyFileSync(path, join(template, basename(path)));
  const uploads = await prepareUploads(spec, folder);
  writeFileSync(variables, JSON.stringify(packerVariables(spec, bake, manifest, uploads)), { mode: 0o600 });

  const run = { folder, signal, write };
  if (packer.generation === "modern") await runPacker({ ...run, args: ["init", template] });
  await runPacker({
    ...run,
    args: ["build", `-on-error=${onError()}`, `-var-file=${variables}`, template],
    steps: bakeSteps(cleanerPaths()),
    onStart: (pid) => onRunning({ packer: pid, folder, nodeName: bake.nodeName, imageName: bake.imageName }),
  });
  return imageIdsOf(readFileSync(manifest, "utf8"), [spec.region, ...Object.keys(spec.copies ?? {})]);
}

function onError(): string {
  const wish = process.env.BAKE_ON_ERROR || "cleanup";
  if (wish === "cleanup" || wish === "abort") return wish;
  throw new Error(`'BAKE_ON_ERROR' is '${wish}', expected cleanup or abort; unset it to clean up`);
}
