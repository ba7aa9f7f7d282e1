export { type ChefError, type ChefErrorKind, type ChefFailure, isChefError } from "./chef-error";
export {
  type ChefClient,
  type ChefClientRecord,
  type ChefNode,
  createChefClient,
  type Deletion,
  type NewClient,
  type SearchOptions,
  type SearchPage,
} from "./client";
export type { ChefConnectionOptions } from "./connection-options";
export { type GroupRemoval, type GroupRemovalOptions, groupNames, type LeftName, removeGroup } from "./group";
export { instanceIdOf, isGroupName, isInstanceId, nodeName } from "./names";
export {
  instanceIdOfNode,
  type OtherUse,
  type Removal,
  type RemovalTarget,
  removeNodeAndClient,
  usedElsewhere,
} from "./removal";
export { type SignedRequest, type SigningVersion, signedHeaders } from "./signing";
