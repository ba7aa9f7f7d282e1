import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EC2Client } from "@aws-sdk/client-ec2";
import { describeChange } from "./change";
import { connectOperator, removeBakeNode } from "./chef-cleanup";
import { bakeInputs } from "./fingerprint";
import { imagesOf, newestImage, tagOf, verifiedImage } from "./image";
import type { Running } from "./leash";
import { imageIdOf } from "./manifest";
import { packerFiles, templatePaths } from "./packer-files";
import { checkPacker, type Packer } from "./packer-version";
import { settle } from "./settle";
import type { BakeSpec } from "./spec";
import { runPacker } from "./supervisor";
import { type BakeIdentification, TAG } from "./tags";
import { removeUnfinishedImage } from "./unfinished";
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
  const [found] = await imagesOf(ec2, fingerprint);
  if (found?.ImageId) {
    control.write(`bake: nothing changed, using ${found.ImageId} again\n`);
    return { imageId: found.ImageId, reused: true, ...result };
  }
  const packer = checkPacker();
  const bake = identification(order, packer);
  await tellReason(ec2, bake, spec, control);
  const ours = await verifiedImage(ec2, await bakeOnce(spec, bake, packer, control), fingerprint);
  const image = await settle(ec2, ours, namePrefix(spec, fingerprint));
  return { imageId: image.ImageId ?? "", reused: image.ImageId !== ours.ImageId, ...result };
}

function identification({ spec, instanceType, fingerprint }: BakeOrder, packer: Packer): BakeIdentification {
  const run = randomBytes(4).toString("hex");
  return {
    instanceType,
    fingerprint,
    inputs: bakeInputs(spec, { instanceType, packerVersion: packer.version, files: packerFiles() }),
    imageName: `${namePrefix(spec, fingerprint)}${run}`,
    nodeName: `bake-${spec.name}-${run}`,
  };
}

function namePrefix(spec: BakeSpec, fingerprint: string): string {
  return `${spec.name}-${fingerprint.slice(0, 12)}-`;
}

async function tellReason(ec2: EC2Client, bake: BakeIdentification, spec: BakeSpec, { write }: BakeControl) {
  const previous = await newestImage(ec2, spec.name);
  const before = previous && tagOf(previous, TAG.inputs);
  const reason = before ? `rebaking: ${describeChange(before, bake.inputs)}` : "baking for the first time";
  write(`bake: ${reason}\nbake: the bake's node is '${bake.nodeName}'\n`);
}

/** Runs Packer, and removes the bake's node whatever became of it. */
async function bakeOnce(spec: BakeSpec, bake: BakeIdentification, packer: Packer, control: BakeControl) {
  const chef = await connectOperator(spec);
  const folder = mkdtempSync(join(tmpdir(), "bake-"));
  try {
    return await runTemplate(spec, bake, packer, folder, control);
  } catch (error) {
    await removeUnfinishedImage(new EC2Client({ region: spec.region }), bake.imageName);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await removeBakeNode(chef, bake.nodeName).finally(chef.close);
  }
}

async function runTemplate(
  spec: BakeSpec,
  bake: BakeIdentification,
  packer: Packer,
  folder: string,
  { signal, write, onRunning }: BakeControl,
): Promise<string> {
  const template = join(folder, "template");
  const manifest = join(folder, "manifest.json");
  const variables = join(folder, "bake.pkrvars.json");
  mkdirSync(template);
  for (const path of templatePaths(packer.generation)) copyFileSync(path, join(template, basename(path)));
  writeFileSync(variables, JSON.stringify(packerVariables(spec, bake, manifest)), { mode: 0o600 });

  const run = { folder, signal, write };
  if (packer.generation === "modern") await runPacker({ ...run, args: ["init", template] });
  await runPacker({
    ...run,
    args: ["build", `-on-error=${onError()}`, `-var-file=${variables}`, template],
    onStart: (pid) => onRunning({ packer: pid, folder, nodeName: bake.nodeName, imageName: bake.imageName }),
  });
  return imageIdOf(readFileSync(manifest, "utf8"), spec.region);
}

function onError(): string {
  const wish = process.env.BAKE_ON_ERROR || "cleanup";
  if (wish === "cleanup" || wish === "abort") return wish;
  throw new Error(`'BAKE_ON_ERROR' is '${wish}', expected cleanup or abort; unset it to clean up`);
}
