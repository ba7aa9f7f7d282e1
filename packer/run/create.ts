import { EC2Client, type Image } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { TAG } from "../../contract/image-tags";
import { adoptImages } from "../images/adopt";
import { deprecateImages } from "../images/deprecation";
import { type BakeOrder, identify } from "../images/identification";
import { deleteImage, newestImage, verifiedImage } from "../images/image";
import { shareWithOrganizations } from "../images/organizations";
import { reasonToRebake } from "../images/reason";
import { retag } from "../images/retag";
import { lookAfterImages } from "../images/retention";
import type { BakeIdentification } from "../images/tags";
import { checkPacker, makesEd25519, RSA_ONLY } from "../inputs/packer-version";
import { type BakeSpec, rootDeviceOf } from "../spec/spec";
import { settle, WAIT_FOR_OTHERS_MS } from "./agree-on-one";
import { type ImagesByRegion, imagesEverywhere, imagesIn, lastMade, missingIn, readyEverywhere } from "./find-images";
import { openSsh } from "./open-ssh";
import type { BakeResult, EarlierResult } from "./result";
import { type BakeControl, runBake } from "./run-bake";
import { checkSessionManager } from "./session-manager";

/** Finds the image of this address, or bakes it. @param earlier what the update before printed */
export async function createImage(order: BakeOrder, earlier: EarlierResult, control: BakeControl): Promise<BakeResult> {
  const { spec, instanceType, fingerprint } = order;
  const { region, tags } = spec;
  await adoptEarlier(spec, earlier, control);
  const before = await imagesEverywhere(order);
  const found = spec.rebake ? undefined : readyEverywhere(before);
  const made = found ? undefined : await bake(order, before, control);
  const imageIds = await settleEverywhere(found ?? made ?? {}, order, control.signal);
  const imageId = imageIds[spec.region] ?? "";
  if (found) {
    control.write(`bake: nothing changed, using ${imageId} again\n`);
    await retag(spec, imageIds, earlier.tags ?? [], control.write);
  }
  if (made) await removeUnchosen(made, imageIds);
  await shareWithOrganizations(spec, imageIds);
  await deprecateImages(spec, imageIds, control.write);
  await lookAfterImages(spec, imageIds, control.write);
  const reused = imageId !== made?.[spec.region]?.ImageId;
  const stack = tags[TAG.stack];
  return { imageId, imageIds, reused, region, instanceType, fingerprint, stack, tags: Object.keys(tags) };
}

/** A stack that was renamed keeps its images. */
async function adoptEarlier(spec: BakeSpec, { stack: before }: EarlierResult, { write }: BakeControl): Promise<void> {
  const { name, region, copies = {}, tags } = spec;
  const stack = tags[TAG.stack];
  if (!before || !stack) return;
  await adoptImages({ name, region, copies: Object.keys(copies), stack }, before, write);
}

/** @returns the image in each region, ready to use */
async function bake(order: BakeOrder, before: ImagesByRegion, control: BakeControl): Promise<Record<string, Image>> {
  const { spec, fingerprint } = order;
  const packer = checkPacker();
  checkSessionManager(spec);
  const identification = identify(order, packer, spec.rebake ? lastMade(before) : undefined);
  const reason = await reasonOf(spec, identification, before);
  const open = openSsh(spec, packer.generation);
  if (open) control.write(`bake: ${open}\n`);
  if (!makesEd25519(packer.version)) control.write(`bake: ${RSA_ONLY}\n`);
  control.write(`bake: ${reason}\nbake: the bake's node is '${identification.nodeName}'\n`);
  const made = await runBake(spec, identification, packer, control);
  const root = rootDeviceOf(spec);
  const verified = Object.entries(made).map(async ([region, id]) => {
    return [region, await verifiedImage(patientClient(EC2Client, region), id, { fingerprint, root })] as const;
  });
  return Object.fromEntries(await Promise.all(verified));
}

/** The images that all bakes of this address use: ours, or those of another bake at the same time. */
async function settleEverywhere(
  ours: Readonly<Record<string, Image>>,
  order: BakeOrder,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const patience = { signal, deadline: Date.now() + WAIT_FOR_OTHERS_MS };
  const imageIds: Record<string, string> = {};
  for (const [region, image] of Object.entries(ours)) {
    const { ImageId = "" } = await settle(image, () => imagesIn(region, order), patience);
    imageIds[region] = ImageId;
  }
  return imageIds;
}

async function removeUnchosen(
  made: Readonly<Record<string, Image>>,
  chosen: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [region, image] of Object.entries(made)) {
    if (image.ImageId !== chosen[region]) await deleteImage(patientClient(EC2Client, region), image);
  }
}

async function reasonOf(spec: BakeSpec, { inputs }: BakeIdentification, before: ImagesByRegion): Promise<string> {
  if (spec.rebake) return "rebaking: 'rebake' is set";
  const missing = missingIn(before);
  if (missing.length > 0) return `rebaking: the image is gone in ${missing.join(", ")}`;
  const previous = await newestImage(patientClient(EC2Client, spec.region), spec.name);
  const tags = Object.fromEntries((previous?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  const changed = reasonToRebake(tags, inputs);
  return changed ? `rebaking: ${changed}` : "baking for the first time";
}
