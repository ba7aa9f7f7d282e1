/** What the components need of the bake. */
export { bakeFingerprint, fingerprint, type Inputs, inputsOf } from "./inputs/fingerprint";
export { chosenOf } from "./run/find-images";
export { convergeScript } from "./inputs/packer-files";
export { checkPacker, makesEd25519, type Packer, RSA_ONLY } from "./inputs/packer-version";
export { reasonToRebake } from "./images/reason";
export { type BakeSpec, type InstanceStore, specMistakes } from "./spec/spec";
export { TAG } from "./images/tags";
