import type { Tag } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import type { Inputs } from "../inputs/fingerprint";
import { inputsTags, keptInputs } from "../inputs/kept-inputs";
import { packageVersion } from "../inputs/package-root";
import type { BakeSpec } from "../spec/spec";

/** Tags that the bake gives by itself, and nobody changes afterwards. */
export function isOwnTag(key: string): boolean {
  return key === "Name" || (key !== TAG.stack && (OWN_TAGS.includes(key) || key.startsWith(`${TAG.inputs}-`)));
}

const OWN_TAGS: readonly string[] = Object.values(TAG);

/** Value of one of a resource's tags. */
export function tagOf({ Tags }: { readonly Tags?: readonly Tag[] }, key: string): string | undefined {
  return Tags?.find((tag) => tag.Key === key)?.Value;
}

const VALUE_LIMIT = 256;

/** What makes one bake, beside its spec. */
export interface BakeIdentification {
  readonly instanceType: string;
  readonly fingerprint: string;
  readonly inputs: Inputs;
  /** When the newest image was made that this one takes the place of. @default none */
  readonly supersedes?: string;
  readonly imageName: string;
  readonly nodeName: string;
  /** The 8 hexadecimal digits of this run. */
  readonly run: string;
  readonly startedAt: Date;
}

/** Tags of the image and its snapshots. */
export function imageTags(spec: BakeSpec, bake: BakeIdentification): Record<string, string> {
  return {
    ...spec.tags,
    Name: bake.imageName,
    [TAG.bake]: spec.name,
    [TAG.fingerprint]: bake.fingerprint,
    ...inputsByTag(bake.inputs),
    [TAG.packageVersion]: packageVersion(),
    [TAG.instanceType]: bake.instanceType,
    [TAG.architecture]: spec.architecture,
    [TAG.baseImage]: spec.baseImageId,
    ...copiesTag(Object.keys(spec.copies ?? {})),
    ...(bake.supersedes && { [TAG.supersedes]: bake.supersedes }),
  };
}

function inputsByTag(inputs: Inputs): Record<string, string> {
  return Object.fromEntries(inputsTags(keptInputs(inputs)).map((value, index) => [inputsKey(index), value]));
}

/** The pieces of what an image was made from, in their order. */
export function inputsOfImage(tags: Readonly<Record<string, string>>): string[] {
  const pieces: string[] = [];
  for (let piece = tags[TAG.inputs]; piece !== undefined; piece = tags[inputsKey(pieces.length)]) pieces.push(piece);
  return pieces;
}

function inputsKey(index: number): string {
  return index === 0 ? TAG.inputs : `${TAG.inputs}-${index + 1}`;
}

/** As many of the regions as a tag's value holds, which are 15 of the longest names. */
function copiesTag(regions: readonly string[]): Record<string, string> {
  const text = regions.join(" ");
  if (text === "") return {};
  return { [TAG.copies]: text.length <= VALUE_LIMIT ? text : text.slice(0, text.lastIndexOf(" ", VALUE_LIMIT)) };
}

/**
 * Tags of the instance, its volume, key pair and security group, which live only during the bake. New Packer gives them
 * to the image too, as soon as it is asked for; so the fingerprint is not among them: an image has it when it is whole.
 */
export function runTags(spec: BakeSpec, bake: BakeIdentification): Record<string, string> {
  return {
    ...spec.tags,
    Name: `bake ${bake.imageName}`,
    [TAG.bake]: spec.name,
    [TAG.node]: bake.nodeName,
    [TAG.run]: bake.run,
    [TAG.started]: bake.startedAt.toISOString(),
  };
}
