export type { DataVolume } from "../instance/data-volume";
export type { EgressRule } from "../instance/egress";
export type { Instance } from "../instance/instance";
export type { InstanceMetadata } from "../instance/metadata";
export type { OwnUserData } from "../instance/own-user-data";
export type { BaseTemplate } from "./base-template";
export type { Capacity } from "./capacity";
export * from "./chef-autoscaling-group";
export type {
  ChefAutoScalingGroupArgs,
  Maintenance,
  SuspendedProcess,
  TerminationPolicy,
} from "./group-arguments";
export type { Health, HealthKind } from "./health";
export * from "./instance-access";
export type { Bounds, InstanceRequirements } from "./instance-requirements";
export type { AnsweredHook, LaunchHook, LifecycleHooks, OnFailedBoot, TerminateHook } from "./lifecycle-hooks";
export type { MixedInstances, MixedInstanceType } from "./mixed-instances";
export { NodeCleanup, type NodeCleanupArgs } from "./node-cleanup";
export type { FunctionReaper, ReaperArgs, ServiceReaper, WorkerReaper } from "./reaper-arguments";
export type { Rollout } from "./rollout";
export type { RootVolume } from "./root-volume";
export type { IngressRule } from "./security-group";
export type { TrafficSource } from "./traffic";
export { type ChefConvergence, renderUserData, type UserDataArgs } from "./user-data";
export type { WarmPool } from "./warm-pool";
