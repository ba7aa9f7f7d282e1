export { architectureMatchesBake } from "./architecture-matches-bake";
export { encryptionMatchesBake } from "./encryption-matches-bake";
export { imageOriginKnown } from "./image-origin-known";
export { instanceTypeMatchesBake } from "./instance-type-matches-bake";
export { launchedTypeKnown } from "./launched-type-known";
export { metadataMatchesBake } from "./metadata-matches-bake";
export { previousImageKept } from "./previous-image-kept";
export { regionMatchesBake } from "./region-matches-bake";
