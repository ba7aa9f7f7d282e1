import { EC2Client } from "@aws-sdk/client-ec2";
import { type ImagesByRegion, imagesEverywhere, missingIn, newestIds } from "./found";
import { identify, namePrefix } from "./identification";
import { newestImage, verifiedImage } from "./image";
import { type BakeControl, bakeOnce } from "./once";
import { checkPacker } from "./packer-version";
import { reasonToRebake } from "./reason";
import { regionsOf } from "./regions";
import { lookAfterImages } from "./retention";
import { settle } from "./settle";
import type { BakeSpec } from "./spec";
import type { BakeIdentification } from "./tags";

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

/** Finds the image of this address, or bakes it. */
export async function createImage(order: BakeOrder, control: BakeControl): Promise<BakeResult> {
  const { spec, instanceType, fingerprint } = order;
  const before = await imagesEverywhere(regionsOf(spec), fingerprint);
  const found = spec.rebake ? undefined : newestIds(before);
  if (found) control.write(`bake: nothing changed, using ${found[spec.region]} again\n`);
  const { imageIds, reused } = found ? { imageIds: found, reused: true } : await bake(order, before, control);
  await lookAfterImages(spec, imageIds, control.write);
  return { imageId: imageIds[spec.region] ?? "", imageIds, reused, region: spec.region, instanceType, fingerprint };
}

async function bake(
  order: BakeOrder,
  before: ImagesByRegion,
  control: BakeControl,
): Promise<Pick<BakeResult, "imageIds" | "reused">> {
  const { spec } = order;
  const packer = checkPacker();
  const identification = identify(order, packer);
  const reason = await reasonOf(spec, identification, before);
  control.write(`bake: ${reason}\nbake: the bake's node is '${identification.nodeName}'\n`);
  const made = await bakeOnce(spec, identification, packer, control);
  const imageIds: Record<string, string> = {};
  for (const region of regionsOf(spec)) imageIds[region] = await settleIn(region, made[region] ?? "", order, before);
  return { imageIds, reused: imageIds[spec.region] !== made[spec.region] };
}

/** The image that all bakes of this address use in a region: ours, or that of another bake at the same time. */
async function settleIn(
  region: string,
  imageId: string,
  { spec, fingerprint }: BakeOrder,
  before: ImagesByRegion,
): Promise<string> {
  const ec2 = new EC2Client({ region });
  const root = spec.instanceStore ? "instance-store" : "ebs";
  const ours = await verifiedImage(ec2, imageId, { fingerprint, root });
  const image = await settle(ec2, ours, namePrefix(spec, fingerprint), before[region] ?? []);
  return image.ImageId ?? "";
}

async function reasonOf(spec: BakeSpec, { inputs }: BakeIdentification, before: ImagesByRegion): Promise<string> {
  if (spec.rebake) return "rebaking: 'rebake' is set";
  const missing = missingIn(before);
  if (missing.length > 0) return `rebaking: the image is gone in ${missing.join(", ")}`;
  const previous = await newestImage(new EC2Client({ region: spec.region }), spec.name);
  const tags = Object.fromEntries((previous?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  const changed = reasonToRebake(tags, inputs, spec.baseImageId);
  return changed ? `rebaking: ${changed}` : "baking for the first time";
}
