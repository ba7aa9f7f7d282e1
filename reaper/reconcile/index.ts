export { ALWAYS_ALLOWED } from "./cap";
export { RECONCILE_DEFAULTS, type ReconcileCap, type ReconcileOptions, type ReconcileServices } from "./options";
export { reconcileGroup } from "./reconcile";
export type { Finding, ReconcileProgress, ReconcileReport, RefusalCause } from "./report";
