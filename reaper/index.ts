/**
 * The reaper for your own function, with targets in addition to the Chef server. The worker is in `pulumi-chef-autoscaling/worker`, since
 * its libraries would make a function larger.
 *
 * @module pulumi-chef-autoscaling/reaper
 */

export { createHandler, type ReaperEvent, type ReaperHandler } from "./handler";
export type { ReaperOptions } from "./reaper";
export type { ReconcileEvent } from "./reconcile-event";
export type { GoneInstance, ReapTarget } from "./removal/target";
