import { z } from "zod";
import type { ScaleInRule, ScaleOutRule, Schedule } from "../../components";
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

const simple = z.strictObject({ kind: z.literal("simple"), cooldownSeconds: count.optional() });
const stepOut = z.strictObject({ kind: z.literal("step"), warmupSeconds: count.optional() });
const stepIn = z.strictObject({ kind: z.literal("step") });

const outPolicy = z
  .union([stepOut, simple], { error: "{kind: step, warmupSeconds} or {kind: simple, cooldownSeconds}" })
  .optional()
  .describe("`{kind: step, warmupSeconds}` or `{kind: simple, cooldownSeconds}`; default step with 300 s");

const inPolicy = z
  .union([stepIn, simple], { error: "{kind: step} or {kind: simple, cooldownSeconds}; removing warms nothing up" })
  .optional()
  .describe("`{kind: step}` or `{kind: simple, cooldownSeconds}`; default step");

const steps = z
  .array(z.strictObject({ from: z.number(), adjustment: z.number() }))
  .optional()
  .describe("`{from, adjustment}` by distance from the threshold, the first from 0; instead of `adjustment`");

interface RuleDefaults {
  readonly threshold: string;
  readonly evaluationPeriods: string;
  readonly adjustment: string;
}

function rule<Policy extends z.ZodType>(defaults: RuleDefaults, policy: Policy) {
  const shape = z.strictObject({
    threshold: z.number().optional().describe(`default ${defaults.threshold}`),
    periodSeconds: z.number().optional().describe("10, 20, 30 or a multiple of 60; default 60"),
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
        z.strictObject({ kind: z.enum(["cpu", "networkIn", "networkOut"]) }),
        z.strictObject({ kind: z.literal("requestsPerInstance"), resourceLabel: name }),
        metric.extend({ kind: z.literal("custom"), statistic: z.enum(SIMPLE).optional() }),
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
    out: rule({ threshold: "70", evaluationPeriods: "2", adjustment: "1" }, outPolicy)
      .transform((rule) => rule as ScaleOutRule)
      .optional()
      .describe("scale-out"),
    in: rule({ threshold: "30", evaluationPeriods: "5", adjustment: "-1" }, inPolicy)
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
