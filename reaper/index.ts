/** The reaper for a team's own function, with targets beside the Chef server. The worker's way in is worker/run-worker.ts: its libraries would weigh on a function. */

export { createHandler, type ReaperEvent, type ReaperHandler } from "./handler";
export type { ReaperOptions } from "./reaper";
export type { GoneInstance, ReapTarget } from "./removal/target";
