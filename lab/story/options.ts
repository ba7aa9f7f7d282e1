/** What the caller of the lab chose. */
export interface StoryOptions {
  /** Which engine runs the program. @default the CLI where `pulumi` is on PATH, else the in-process engine */
  readonly engine?: "cli" | "in-process";
  /** Who reads the queue. @default "lambda" */
  readonly reaper?: "lambda" | "worker";
}
