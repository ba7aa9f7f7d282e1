import type { LabChefClient } from "../services/chef-client";

/** What the caller of the lab chose. */
export interface StoryOptions {
  /** Which engine runs the program. @default the CLI where `pulumi` is on PATH, else the in-process engine */
  readonly engine?: "cli" | "in-process";
  /** Who reads the queue. @default "lambda" */
  readonly reaper?: "lambda" | "worker";
  /** The client of the instances. @default the genuine one of this machine where it has one, else the stand-in in Cinc's layout */
  readonly chefClient?: LabChefClient;
}
