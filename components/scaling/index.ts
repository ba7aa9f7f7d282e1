export { AlarmedPolicy, type AlarmedPolicyArgs } from "./alarmed-policy";
export type { PredictiveScaling } from "./predictive";
export { rulesOf } from "./rules";
export { createScaling, type DeclaredScaling, type ScaledGroup, type Scaling } from "./scaling";
export * from "./scaling-rule";
export { scalingIssues } from "./scaling-validation";
export type { Schedule } from "./schedule";
export type { TargetTracking } from "./target-tracking";
