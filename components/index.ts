/** Everything the package exports: components to declare, and the settings they take. */

export * from "./chef-connection";
export * from "./group";
export * from "./hosting/reaper-function";
export type { ReconcileArgs } from "./hosting/reconcile-schedule";
export * from "./image/chef-image";
export type { KeyReference } from "./keys/key-reference";
export * from "./notification";
export * from "./observation/observation";
export * from "./scaling";
export * from "./service-role";
