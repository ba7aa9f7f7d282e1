/** What the components need of the bake. */
export { bakeFingerprint, fingerprint, type Inputs, inputsOf } from "./fingerprint";
export { chosenOf } from "./found";
export { convergeScript } from "./packer-files";
export { checkPacker, makesEd25519, type Packer, RSA_ONLY } from "./packer-version";
export { reasonToRebake } from "./reason";
export { type BakeSpec, type InstanceStore, specMistakes } from "./spec";
export { TAG } from "./tags";
