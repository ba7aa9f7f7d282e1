import type { LabChefClient } from "../services/chef-client";

/** Options of the lab's caller. */
export interface StoryOptions {
  /** The engine that runs the program. @default the CLI if `pulumi` is on PATH, otherwise the in-process engine */
  readonly engine?: "cli" | "in-process";
  /** The reaper that reads the queue. @default "lambda" */
  readonly reaper?: "lambda" | "worker";
  /** Chef client of the instances. @default the genuine one of this machine if it has one, otherwise the stand-in with Cinc's layout */
  readonly chefClient?: LabChefClient;
}
