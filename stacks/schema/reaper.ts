import { z } from "zod";
import type { ReaperArgs } from "../../components";
import { LONGEST_GRACE_SECONDS, MOST_DELETIONS } from "../../reaper/reconcile/options";
import { ABSENCE_GRACE_SECONDS, CONCURRENCY, MOST_REQUESTS_PER_SECOND } from "../../reaper/settings/bounds";
import { count, name } from "./primitives";

const reconcile = z.strictObject({
  scheduleExpression: name
    .optional()
    .describe("`rate(…)` or `cron(…)` in UTC; of mode `service` a rate, up to a week; default `rate(1 hour)`"),
  graceSeconds: count
    .optional()
    .describe(`an instance must be gone so long, up to ${LONGEST_GRACE_SECONDS}; default 900`),
  maxDeletions: count
    .optional()
    .describe(`names that one run may remove, 1 to ${MOST_DELETIONS}, else it removes none and alarms; default 50`),
  maxDeletionShare: z
    .number()
    .optional()
    .describe("the same as a share of the group's names, above 0 up to 1; default 0.5"),
});

const network = {
  subnetIds: z.array(name).describe("from which it reaches AWS and the Chef server, without a public address"),
  securityGroupIds: z.array(name).min(1).optional().describe("default one that lets everything out and nothing in"),
};

const service = z
  .strictObject({
    image: name.describe("the worker's image, by digest or by a tag that never moves"),
    ...network,
    clusterArn: name.optional().describe("default a cluster of its own"),
    cpu: z
      .literal([256, 512, 1024, 2048, 4096], { error: "256, 512, 1024, 2048 or 4096" })
      .optional()
      .describe("units of 1024 to a processor; default 256"),
    memoryMib: count.optional().describe("default the least for that cpu"),
    architecture: z.enum(["X86_64", "ARM64"], { error: "'X86_64' or 'ARM64'" }).optional().describe("default `X86_64`"),
    minTasks: count.optional().describe("default 1; 0 lets the first message after a quiet night wait"),
    maxTasks: count.optional().describe("default 4"),
    messagesPerTask: count.optional().describe("that wait before there is one task more; default 500"),
    concurrency: count
      .optional()
      .describe(`messages that a task handles at a time, ${CONCURRENCY.least} to ${CONCURRENCY.most}; default 20`),
  })
  .describe("of mode `service`");

export const reaper = z
  .strictObject({
    mode: z
      .enum(["lambda", "service", "worker"], { error: "'lambda', 'service' or 'worker'" })
      .optional()
      .describe("default `lambda`; `service` deploys a worker on Fargate, `worker` only the queue"),
    service: service.optional(),
    timeoutSeconds: count.optional().describe("of one invocation; default 30"),
    absenceGraceSeconds: count
      .optional()
      .describe(
        `an unknown node is looked for again so long, up to ${ABSENCE_GRACE_SECONDS.most}; default ${ABSENCE_GRACE_SECONDS.otherwise}`,
      ),
    dryRun: z.boolean().optional().describe("log and delete nothing; default `false`"),
    searchOtherNames: z
      .boolean()
      .optional()
      .describe(
        "remove nodes of other names that carry the instance's id, too; never where instances share a node, which would cut off the living; default `false`",
      ),
    maximumConcurrency: count.optional().describe("invocations at a time for messages; default 5"),
    chefRequestsPerSecond: count
      .optional()
      .describe(
        `requests a second of all invocations together, 1 to ${MOST_REQUESTS_PER_SECOND}; default as many as the Chef server takes`,
      ),
    reservedConcurrency: count.optional().describe("invocations that the account keeps for the function; default none"),
    vpc: z
      .strictObject(network)
      .optional()
      .describe("where the function runs, for a Chef server without a public address; default in no VPC"),
    reconcile: z
      .union([z.literal(false), reconcile], {
        error: "false, or {scheduleExpression, graceSeconds, maxDeletions, maxDeletionShare}",
      })
      .optional()
      .describe("looks on a schedule for nodes that no message told of; default every hour"),
  })
  .transform((given) => given as ReaperArgs)
  .describe("how nodes of terminated instances leave the Chef server");
