/** What the components need of the bake. */
export { bakeFingerprint, fingerprint, type Inputs, inputsOf } from "./fingerprint";
export { convergeScript } from "./packer-files";
export { checkPacker, type Packer } from "./packer-version";
export { reasonToRebake } from "./reason";
export { type BakeSpec, type InstanceStore, specMistakes } from "./spec";
export { TAG } from "./tags";
