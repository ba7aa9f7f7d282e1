import { z } from "zod";
import { count, name } from "./primitives";

const reconcile = z.strictObject({
  scheduleExpression: name.optional().describe("`rate(…)` or `cron(…)` in UTC; default `rate(1 hour)`"),
  graceSeconds: count.optional().describe("an instance must be gone so long; default 900"),
  maxDeletions: count.optional().describe("names that one run may remove, else it removes none and alarms; default 50"),
  maxDeletionShare: z.number().optional().describe("the same as a share of the group's names; default 0.5"),
});

export const reaper = z
  .strictObject({
    mode: z.enum(["lambda", "worker"]).optional().describe("default `lambda`; `worker` deploys only the queue"),
    timeoutSeconds: count.optional().describe("of one invocation; default 30"),
    absenceGraceSeconds: count.optional().describe("an unknown node is looked for again so long; default 600"),
    dryRun: z.boolean().optional().describe("log and delete nothing; default `false`"),
    maximumConcurrency: count.optional().describe("invocations at a time for messages; default 5"),
    chefRequestsPerSecond: count
      .optional()
      .describe("requests a second of all invocations together; default as many as the Chef server takes"),
    reservedConcurrency: count.optional().describe("invocations that the account keeps for the function; default none"),
    reconcile: z
      .union([z.literal(false), reconcile], {
        error: "false, or {scheduleExpression, graceSeconds, maxDeletions, maxDeletionShare}",
      })
      .optional()
      .describe("looks on a schedule for nodes that no message told of; default every hour"),
  })
  .describe("how nodes of terminated instances leave the Chef server");
