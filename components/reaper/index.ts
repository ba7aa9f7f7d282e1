/** The reaper for a team's own program: a function or a worker with targets beside the Chef server. */

export { createHandler, type ReaperEvent, type ReaperHandler } from "./handler";
export type { ReaperOptions } from "./reaper";
export type { GoneInstance, ReapTarget } from "./target";
