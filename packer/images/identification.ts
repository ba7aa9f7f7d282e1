import { randomBytes } from "node:crypto";
import type { Image } from "@aws-sdk/client-ec2";
import { inputsOf } from "../inputs/fingerprint";
import type { Packer } from "../inputs/packer-version";
import type { BakeSpec } from "../spec/spec";
import type { BakeIdentification } from "./tags";

/** What all images from the same inputs have in common. */
export interface Address {
  readonly spec: BakeSpec;
  readonly fingerprint: string;
}

/** A bake as the Pulumi program requests it. */
export interface BakeOrder extends Address {
  readonly instanceType: string;
}

/**
 * Names of one run: of its node, its image and its key pair.
 *
 * @param supersedes creation time of the newest image that it supersedes; undefined for none
 */
export function identify(order: BakeOrder, packer: Packer, supersedes?: string): BakeIdentification {
  const { spec, instanceType, fingerprint } = order;
  const run = randomBytes(4).toString("hex");
  return {
    instanceType,
    fingerprint,
    supersedes,
    inputs: inputsOf(spec, instanceType, packer.version),
    imageName: `${namePrefix(order)}${run}`,
    nodeName: nodeName(spec, run),
    run,
    startedAt: new Date(),
  };
}

/** Prefix of the names of all images with one fingerprint. */
export function namePrefix({ spec, fingerprint }: Address): string {
  return `${spec.name}-${fingerprint.slice(0, 12)}-`;
}

/** Name of the node of the bake that created, or is creating, an image. */
export function nodeOf(address: Address, { Name = "" }: Image): string {
  return nodeName(address.spec, Name.slice(namePrefix(address).length));
}

function nodeName({ name }: BakeSpec, run: string): string {
  return `bake-${name}-${run}`;
}
