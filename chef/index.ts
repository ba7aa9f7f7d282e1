export { isChefError } from "./chef-error";
export { type ChefClient, type ChefNode, createChefClient, type Deletion } from "./client";
export { groupNames } from "./group";
export { instanceIdOf, isGroupName, isInstanceId, nodeName } from "./names";
export { instanceIdOfNode, type Removal, type RemovalTarget, removeNodeAndClient, usedElsewhere } from "./removal";
export { signedHeaders } from "./signing";
