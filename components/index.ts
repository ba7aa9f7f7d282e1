/** Everything the package exports: components to declare, and the settings they take. */

export type { KeyReference } from "../chef/keys/key-reference";
export * from "./connection/chef-connection";
export * from "./group";
export * from "./iam/service-role";
export * from "./image/chef-image";
export type { BaseImage, ChefImageArgs, ImageEncryption, KeptImageCount } from "./image/chef-image-args";
export * from "./image/chef-images";
export * from "./notification";
export * from "./observation/observation";
export type { PassedOn, PassOn } from "./pass-through/pass-on";
export type { GroupResource, ProviderArgs, ResourceName } from "./pass-through/resources";
export type { OwnTargets, ReapingArgs } from "./reaper/reaper-environment";
export * from "./reaper/reaper-function";
export { ReaperService, type ReaperServiceArgs } from "./reaper/reaper-service";
export type { ReaperServiceSettings } from "./reaper/reaper-service-settings";
export type { ReconcileArgs } from "./reaper/reconcile-schedule";
export * from "./scaling";
