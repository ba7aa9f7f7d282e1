import { randomBytes } from "node:crypto";
import type { BakeOrder } from "./create";
import { inputsOf } from "./fingerprint";
import type { Packer } from "./packer-version";
import type { BakeSpec } from "./spec";
import type { BakeIdentification } from "./tags";

/** Names of one run: of its node, its image and its key pair. */
export function identify({ spec, instanceType, fingerprint }: BakeOrder, packer: Packer): BakeIdentification {
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

/** How the names of all images of one address begin. */
export function namePrefix(spec: BakeSpec, fingerprint: string): string {
  return `${spec.name}-${fingerprint.slice(0, 12)}-`;
}
