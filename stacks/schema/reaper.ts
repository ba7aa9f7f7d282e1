import { z } from "zod";
import { count } from "./primitives";

export const reaper = z
  .strictObject({
    mode: z.enum(["lambda", "worker"]).optional().describe("default `lambda`; `worker` deploys only the queue"),
    timeoutSeconds: count.optional().describe("of one invocation; default 30"),
    absenceGraceSeconds: count.optional().describe("an unknown node is looked for again so long; default 600"),
    dryRun: z.boolean().optional().describe("log and delete nothing; default `false`"),
    maximumConcurrency: count.optional().describe("invocations at a time; default 5"),
    chefRequestsPerSecond: count
      .optional()
      .describe("requests a second of all invocations together; default as many as the Chef server takes"),
  })
  .describe("how nodes of terminated instances leave the Chef server");
