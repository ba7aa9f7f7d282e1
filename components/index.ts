/**
 * The components and their settings.
 *
 * @module pulumi-chef-autoscaling
 */

export type { KeyReference } from "../chef/keys/key-reference";
export type { InstanceStore } from "../packer/spec/spec";
export type {
  ChefConnection,
  ChefIdentity,
  ChefLicense,
  DataBagSecret,
  Proxies,
  ReadFrom,
} from "./connection/chef-connection";
export * from "./group";
export type { VolumeKey } from "./group/root-volume";
export * from "./iam/service-role";
export * from "./image/chef-image";
export type {
  BaseImage,
  ChefImageArgs,
  ClientPackage,
  ImageDeprecation,
  ImageEncryption,
  ImageVolume,
  KeptImageCount,
} from "./image/chef-image-args";
export * from "./image/chef-images";
export type { KnownUserData } from "./instance/own-user-data";
export * from "./notification";
export type { ReaperAlarmSettings, WatchedReaper } from "./observation/alarms";
export { Observation, type ObservationArgs, type ObservationSettings } from "./observation/observation";
export type { EveryPassOn, PassedOn, PassOn } from "./pass-through/pass-on";
export type { GroupResource, ProviderArgs, ResourceName } from "./pass-through/resources";
export type { OwnTargets, ReapingArgs } from "./reaper/reaper-environment";
export * from "./reaper/reaper-function";
export type { ReaperNetwork } from "./reaper/reaper-network";
export { ReaperService, type ReaperServiceArgs, type ServiceResource } from "./reaper/reaper-service";
export type { ReaperServiceSettings } from "./reaper/reaper-service-settings";
export type { ReconcileArgs } from "./reaper/reconcile-schedule";
export {
  AlarmedPolicy,
  type AlarmedPolicyArgs,
  createScaling,
  type DeclaredScaling,
  type PredictiveScaling,
  type ScaledGroup,
  type Scaling,
  type Schedule,
  type TargetTracking,
} from "./scaling";
export {
  type AlarmSettings,
  type Amount,
  CPU_UTILISATION,
  type ManySteps,
  type MathMetric,
  type MetricMath,
  type NamedRule,
  type OneAdjustment,
  type Reaction,
  SCALING_DEFAULTS,
  type ScaleInRule,
  type ScaleOutRule,
  type ScalingDirection,
  type ScalingMetric,
  type ScalingRule,
  type ScalingStep,
  type SimplePolicy,
  type Statistic,
  type StepInPolicy,
  type StepOutPolicy,
} from "./scaling/scaling-rule";
export type { ScheduledCapacity } from "./scaling/schedule";
export type { CustomMetric, MathTarget, PredefinedMetric } from "./scaling/target-tracking";
