/** What the schedule gives the function that reconciles: a constant, so that nobody who may send to the queue can ask for it. */
export const RECONCILE_EVENT: ReconcileEvent = { "chef-autoscaling": "reconcile" };

/** Asks for a reconcile. */
export interface ReconcileEvent {
  readonly "chef-autoscaling": "reconcile";
}

export function isReconcileEvent(event: object): event is ReconcileEvent {
  return "chef-autoscaling" in event && event["chef-autoscaling"] === RECONCILE_EVENT["chef-autoscaling"];
}

/** Where the function that reads the queue names the one that reconciles, for whoever is told the first alone. */
export const RECONCILE_FUNCTION = "REAPER_RECONCILE_FUNCTION";
