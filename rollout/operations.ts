/** What the provider of a Rollout calls; built into one file, dist/providers/rollout.js. */
export { difference } from "./difference";
export { readBack } from "./read-back";
export { rollOut } from "./roll-out";
export { stopRollout } from "./stop";
