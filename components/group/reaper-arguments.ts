/** How nodes of terminated instances leave the Chef server. */
export interface ReaperArgs {
  /** `lambda` deploys the function; `worker` only the queue, for a worker process that you run. @default "lambda" */
  readonly mode?: "lambda" | "worker";
  /** Seconds one invocation may take. @default 30 */
  readonly timeoutSeconds?: number;
  /** Seconds during which an unknown node is looked for again. @default 600 */
  readonly absenceGraceSeconds?: number;
  /** @default false */
  readonly dryRun?: boolean;
  /** Most invocations at a time. @default 5 */
  readonly maximumConcurrency?: number;
  /** Requests a second that all invocations together may send to the Chef server. @default as many as the server takes */
  readonly chefRequestsPerSecond?: number;
}
