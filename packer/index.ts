/** What the components need of the bake. */
export { bakeFingerprint } from "./fingerprint";
export { convergeScript } from "./packer-files";
export { checkPacker } from "./packer-version";
export type { BakeSpec } from "./spec";
