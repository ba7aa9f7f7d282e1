import { z } from "zod";
import type { ScaleInRule, ScaleOutRule, Schedule } from "../../components";
import { SCALING_DEFAULTS, type ScalingDirection } from "../../components/scaling";
import { count, name, tags } from "./primitives";

const metric = z.strictObject({
  namespace: name.describe("CloudWatch namespace"),
  metricName: name.describe("name of the metric"),
  dimensions: tags.optional().describe("default the group's own, `AutoScalingGroupName`"),
});

const SIMPLE = ["Average", "Maximum", "Minimum", "Sum", "SampleCount"] as const;

const statistic = z
  .union([z.enum(SIMPLE), z.templateLiteral(["p", z.number()])], { error: "a CloudWatch statistic or percentile" })
  .optional()
  .describe("`Average`, `Maximum`, `Minimum`, `Sum`, `SampleCount` or a percentile as `p95`; default `Average`");

const kind = "how it reacts while it has reacted already";
const simple = z.strictObject({
  kind: z.literal("simple").describe(kind),
  cooldownSeconds: count.optional().describe("seconds in which nothing else scales, of `simple`; default 300"),
});
const stepOut = z.strictObject({
  kind: z.literal("step").describe(kind),
  warmupSeconds: count
    .optional()
    .describe("seconds until a new instance counts, of `step`; default the group's own, or 300"),
});
const stepIn = z.strictObject({ kind: z.literal("step").describe(kind) });

const outPolicy = z
  .union([stepOut, simple], { error: "{kind: step, warmupSeconds} or {kind: simple, cooldownSeconds}" })
  .optional()
  .describe("`{kind: step, warmupSeconds}` or `{kind: simple, cooldownSeconds}`; default step");

const inPolicy = z
  .union([stepIn, simple], { error: "{kind: step} or {kind: simple, cooldownSeconds}; removing warms nothing up" })
  .optional()
  .describe("`{kind: step}` or `{kind: simple, cooldownSeconds}`; default step");

const steps = z
  .array(
    z.strictObject({
      from: z.number().describe("distance from the threshold at which the step begins, the first 0"),
      adjustment: z.number().describe("instances (or percent) added or removed"),
    }),
  )
  .optional()
  .describe("reactions by distance from the threshold; instead of `adjustment`");

function rule<Policy extends z.ZodType>(direction: ScalingDirection, policy: Policy) {
  const defaults = SCALING_DEFAULTS[direction];
  const shape = z.strictObject({
    threshold: z.number().optional().describe(`default ${defaults.threshold}`),
    periodSeconds: z.number().optional().describe(`10, 20, 30 or a multiple of 60; default ${defaults.periodSeconds}`),
    evaluationPeriods: z.number().optional().describe(`default ${defaults.evaluationPeriods}`),
    datapointsToAlarm: z.number().optional().describe("default all evaluation periods"),
    adjustment: z.number().optional().describe(`instances; default ${defaults.adjustment}`),
    steps,
    unit: z.enum(["instances", "percent"]).optional().describe("what adjustments count; default `instances`"),
    minimumInstances: count.optional().describe("least that a percentage comes to; default 1"),
    policy,
    statistic,
    treatMissingData: z
      .enum(["missing", "ignore", "breaching", "notBreaching"])
      .optional()
      .describe("what a period without data counts as; default `missing`"),
    metric: metric.optional().describe("what drives the alarm; default the group's CPU utilisation"),
  });
  return shape.superRefine(refuseWhatAwsIgnores);
}

/** One shape reads better in a table; what a kind of policy would ignore is refused here, as the components' types do. */
function refuseWhatAwsIgnores(
  rule: { unit?: string; minimumInstances?: number; steps?: unknown; adjustment?: number },
  context: z.RefinementCtx,
) {
  const refuse = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message });
  if (rule.minimumInstances !== undefined && rule.unit !== "percent")
    refuse("minimumInstances", "it with 'unit: percent' only");
  if (rule.steps !== undefined && rule.adjustment !== undefined) refuse("adjustment", "either 'steps' or 'adjustment'");
}

const target = z.strictObject({
  target: z.number().describe("value the metric is kept at"),
  metric: z
    .union(
      [
        z.strictObject({ kind: z.enum(["cpu", "networkIn", "networkOut"]).describe("what is measured") }),
        z.strictObject({
          kind: z.literal("requestsPerInstance").describe("what is measured"),
          resourceLabel: name.describe("of `requestsPerInstance`: `app/<balancer>/<id>/targetgroup/<targets>/<id>`"),
        }),
        metric.extend({
          kind: z.literal("custom").describe("what is measured"),
          statistic: z.enum(SIMPLE).optional().describe("of `custom`; default `Average`"),
        }),
      ],
      {
        error: "{kind: cpu | networkIn | networkOut}, {kind: requestsPerInstance, resourceLabel} or {kind: custom, …}",
      },
    )
    .optional()
    .describe(
      "`{kind: cpu}`, `networkIn`, `networkOut`, `{kind: requestsPerInstance, resourceLabel}` or " +
        "`{kind: custom, namespace, metricName, dimensions, statistic}`; default `{kind: cpu}`",
    ),
  warmupSeconds: count.optional().describe("default the group's own"),
  disableScaleIn: z.boolean().optional().describe("only adds instances; default `false`"),
});

const schedule = z.strictObject({
  min: count.optional().describe("default as it is"),
  max: count.optional().describe("default as it is"),
  desired: count.optional().describe("default as it is"),
  recurrence: name.optional().describe("five cron fields; this or `startTime`"),
  timeZone: name.optional().describe("IANA name that `recurrence` is read in; default `Etc/UTC`"),
  startTime: name.optional().describe("UTC, as `2030-01-31T08:00:00Z`"),
  endTime: name.optional().describe("UTC; default never"),
});

export const scaling = z
  .strictObject({
    out: rule("out", outPolicy)
      .transform((rule) => rule as ScaleOutRule)
      .optional()
      .describe("scale-out"),
    in: rule("in", inPolicy)
      .transform((rule) => rule as ScaleInRule)
      .optional()
      .describe("scale-in"),
    targets: z.record(z.string(), target).optional().describe("metrics kept at a value, by a name each"),
    schedules: z
      .record(
        z.string(),
        schedule.transform((given) => given as Schedule),
      )
      .optional()
      .describe("capacity by the clock, by a name each"),
  })
  .describe("policies with their alarms, targets and schedules; default none");
