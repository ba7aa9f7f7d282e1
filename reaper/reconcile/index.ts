export { RECONCILE_DEFAULTS, type ReconcileOptions, type ReconcileServices } from "./options";
export { reconcileGroup } from "./reconcile";
export type { Finding, ReconcileProgress, ReconcileReport, RefusalCause } from "./report";
