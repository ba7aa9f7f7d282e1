/**
 * The reaper for a team's own function, with targets beside the Chef server. The worker's way in is `pulumi-chef-autoscaling/worker`: its libraries would weigh on a function.
 *
 * @module pulumi-chef-autoscaling/reaper
 */

export { createHandler, type ReaperEvent, type ReaperHandler } from "./handler";
export type { ReaperOptions } from "./reaper";
export type { ReconcileEvent } from "./reconcile-event";
export type { GoneInstance, ReapTarget } from "./removal/target";
