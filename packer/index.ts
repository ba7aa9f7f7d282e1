/** What the components need of the bake. */
export { describeChange } from "./change";
export { bakeFingerprint, fingerprint, type Inputs, inputsOf } from "./fingerprint";
export { convergeScript } from "./packer-files";
export { checkPacker, type Packer } from "./packer-version";
export type { BakeSpec, InstanceStore } from "./spec";
export { TAG } from "./tags";
