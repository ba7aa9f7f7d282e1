/** Everything the package exports: components to declare, and the settings they take. */

export * from "./chef-connection";
export * from "./group";
export type { OwnTargets, ReapingArgs } from "./hosting/reaper-environment";
export * from "./hosting/reaper-function";
export { ReaperService, type ReaperServiceArgs } from "./hosting/reaper-service";
export type { ReaperServiceSettings } from "./hosting/reaper-service-settings";
export type { ReconcileArgs } from "./hosting/reconcile-schedule";
export * from "./image/chef-image";
export type { BaseImage, ChefImageArgs } from "./image/chef-image-args";
export * from "./image/chef-images";
export type { KeyReference } from "./keys/key-reference";
export * from "./notification";
export * from "./observation/observation";
export * from "./scaling";
export * from "./service-role";
