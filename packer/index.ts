export { describeChange } from "./change";
export { bakeFingerprint } from "./fingerprint";
export { convergeScript, packerFiles } from "./packer-files";
export { checkPacker, type Packer } from "./packer-version";
export { type BakeChef, type BakeIdentity, type BakeSpec, parseSpec } from "./spec";
