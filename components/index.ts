/** Everything the package exports: components to declare, and the settings they take. */
export * from "./alarmed-policy";
export * from "./chef-autoscaling-group";
export * from "./chef-connection";
export * from "./chef-image";
export * from "./group-arguments";
export * from "./instance-access";
export type { KeyReference } from "./keys/key-reference";
export type { RootVolume } from "./launch";
export { NodeCleanup, type NodeCleanupArgs } from "./node-cleanup";
export * from "./notification-queue";
export * from "./reaper-function";
export * from "./service-role";
export { type ChefConvergence, renderUserData, type UserDataArgs } from "./user-data";
