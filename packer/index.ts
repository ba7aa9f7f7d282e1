/** What the components need of the bake. */

export { reasonToRebake } from "./images/reason";
export { TAG } from "./images/tags";
export { bakeFingerprint, fingerprint, type Inputs, inputsOf } from "./inputs/fingerprint";
export { convergeScript } from "./inputs/packer-files";
export { checkPacker, makesEd25519, type Packer, RSA_ONLY } from "./inputs/packer-version";
export { chosenOf } from "./run/find-images";
export { type BakeSpec, type InstanceStore, specIssues } from "./spec/spec";
