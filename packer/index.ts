/** What the components need of the bake. */

export { type MountedVolume, mountVolumes } from "./boot/mount-volumes";
export { type BootNeed, type BootPlace, bootNeeds, readNeeds, type StoredSecret } from "./boot/permissions";
export { bootSettings } from "./boot/settings";
export { chosenOf } from "./images/chosen";
export { reasonToRebake } from "./images/reason";
export { bakeFingerprint, fingerprint, type Inputs, inputsOf } from "./inputs/fingerprint";
export { keptInputs } from "./inputs/kept-inputs";
export { packed } from "./inputs/packed";
export { convergeScript } from "./inputs/packer-files";
export { checkPacker, makesEd25519, type Packer, RSA_ONLY } from "./inputs/packer-version";
export { openSsh } from "./run/open-ssh";
export { type BakeSpec, type InstanceStore, specIssues } from "./spec/spec";
