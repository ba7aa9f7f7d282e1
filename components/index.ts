/** Everything the package exports: components to declare, and the settings they take. */

export * from "./chef-connection";
export * from "./group/chef-autoscaling-group";
export * from "./group/group-arguments";
export * from "./group/instance-access";
export type { RootVolume } from "./group/launch";
export { NodeCleanup, type NodeCleanupArgs } from "./group/node-cleanup";
export { type ChefConvergence, renderUserData, type UserDataArgs } from "./group/user-data";
export * from "./hosting/reaper-function";
export * from "./image/chef-image";
export type { KeyReference } from "./keys/key-reference";
export * from "./notification/notification-queue";
export * from "./scaling";
export * from "./service-role";
