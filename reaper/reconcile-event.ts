/**
 * The event with which the schedule invokes the function that reconciles: a constant, so that a sender to the queue cannot request a
 * reconcile.
 */
export const RECONCILE_EVENT: ReconcileEvent = { "chef-autoscaling": "reconcile" };

/** Requests a reconcile. */
export interface ReconcileEvent {
  readonly "chef-autoscaling": "reconcile";
}

export function isReconcileEvent(event: object): event is ReconcileEvent {
  return "chef-autoscaling" in event && event["chef-autoscaling"] === RECONCILE_EVENT["chef-autoscaling"];
}

/** Variable in which the function that reads the queue names the one that reconciles, for tools that know only the first. */
export const RECONCILE_FUNCTION = "REAPER_RECONCILE_FUNCTION";
