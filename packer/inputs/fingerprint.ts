import { createHash } from "node:crypto";
import { canonical } from "../../common/json";
import { type BakeSpec, rootDeviceOf } from "../spec/spec";
import { withoutComments } from "./comments";
import { packerFiles } from "./packer-files";
import { checkPacker, generationOf } from "./packer-version";
import { treeDigests } from "./tree";

/** The inputs of a bake in addition to the spec. */
export interface BakeSurroundings {
  /** Type of the instance that bakes. */
  readonly instanceType: string;
  /** Such as `1.6.6`. */
  readonly packerVersion: string;
  /** Text of each file by its path. */
  readonly files: Readonly<Record<string, string>>;
  /** Digest of each copied folder, by its place on the instance. @default none */
  readonly trees?: Readonly<Record<string, string>>;
}

/** Prefix of an input's digest. */
export const DIGEST = "sha256:";

/** An image's inputs by name: settings as text; files, copied folders and the attributes, which may be secret, by their digest. */
export type Inputs = Readonly<Record<string, string>>;

/**
 * Everything that determines the content of an image. Not included is what has no effect on it: its tags, whether it is kept on destroy,
 * the network of the bake, and the clients and keys of the bake's node.
 */
export function bakeInputs(
  spec: BakeSpec,
  { instanceType, packerVersion, files, trees = {} }: BakeSurroundings,
): Inputs {
  const { name, region, architecture, baseImageId, sshUsername, encryption, copies, shareWith, instanceStore } = spec;
  const { rootVolume } = spec;
  const { serverUrl, runList, environment, policyName, policyGroup, attributes, clientVersion, clientPackage } =
    spec.chef;
  const settings = {
    name,
    region,
    architecture,
    baseImageId,
    sshUsername,
    instanceType,
    "Packer's version": packerVersion,
    rootVolume,
    encryption,
    copies,
    shareWith,
    "instanceStore.s3Bucket": instanceStore?.s3Bucket,
    "chef.serverUrl": serverUrl,
    "chef.runList": runList,
    "chef.environment": environment,
    "chef.policyName": policyName,
    "chef.policyGroup": policyGroup,
    "chef.clientVersion": clientVersion,
    "chef.clientPackage.sha256": clientPackage?.sha256,
  };
  const copied = Object.entries(trees).map(([place, tree]) => [`files ${place}`, tree]);
  const contents = [["chef.attributes", attributes], ...Object.entries(files), ...copied];
  return Object.fromEntries([
    ...given(Object.entries(settings)).map(([input, value]) => [input, textOf(value)]),
    ...given(contents as [string, unknown][]).map(([input, value]) => [input, DIGEST + digest(canonical(value))]),
  ]);
}

function given(inputs: readonly (readonly [string, unknown])[]) {
  return inputs.filter(([, value]) => value !== undefined);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : canonical(value);
}

/** The fingerprint of an image, 64 hexadecimal digits; the same on every machine, whatever the order of members. */
export function fingerprint(inputs: Inputs): string {
  return digest(canonical(inputs));
}

/**
 * The inputs of the image that this package's files and the Packer on PATH would bake.
 *
 * @param trees digests of the copied folders, if known
 * @param texts of the package's files; comments in them do not change the image
 * @throws without Packer, or if a copied folder cannot be read
 */
export function inputsOf(
  spec: BakeSpec,
  instanceType: string,
  packerVersion: string = checkPacker().version,
  trees: BakeSurroundings["trees"] = treeDigests(spec.files),
  texts: BakeSurroundings["files"] = packerFiles(generationOf(packerVersion), rootDeviceOf(spec)),
): Inputs {
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, withoutComments(text)]));
  return bakeInputs(spec, { instanceType, packerVersion, files, trees });
}

/** The fingerprint of that image. */
export function bakeFingerprint(...bake: Parameters<typeof inputsOf>): string {
  return fingerprint(inputsOf(...bake));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
