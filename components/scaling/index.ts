export { AlarmedPolicy, type AlarmedPolicyArgs } from "./alarmed-policy";
export { createScaling, type ScaledGroup, type Scaling } from "./scaling";
export * from "./scaling-rule";
export { scalingIssues } from "./scaling-validation";
export type { Schedule } from "./schedule";
export type { TargetTracking } from "./target-tracking";
