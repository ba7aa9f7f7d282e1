import { z } from "zod";
import { count, name, tags } from "./primitives";

const policy = z
  .union([
    z.strictObject({ kind: z.literal("step"), warmupSeconds: count.optional() }),
    z.strictObject({ kind: z.literal("simple"), cooldownSeconds: count.optional() }),
  ])
  .optional()
  .describe("`{kind: step, warmupSeconds}` or `{kind: simple, cooldownSeconds}`; default step with 300 s");

function rule(defaults: { threshold: string; evaluationPeriods: string; adjustment: string }) {
  return z.strictObject({
    threshold: z.number().optional().describe(`default ${defaults.threshold}`),
    periodSeconds: z.number().optional().describe("10, 20, 30 or a multiple of 60; default 60"),
    evaluationPeriods: z.number().optional().describe(`default ${defaults.evaluationPeriods}`),
    datapointsToAlarm: z.number().optional().describe("default all evaluation periods"),
    adjustment: z.number().optional().describe(`instances; default ${defaults.adjustment}`),
    policy,
    statistic: z.enum(["Average", "Maximum", "Minimum", "Sum", "SampleCount"]).optional().describe("default `Average`"),
    treatMissingData: z
      .enum(["missing", "ignore", "breaching", "notBreaching"])
      .optional()
      .describe("what a period without data counts as; default `missing`"),
    metric: z
      .strictObject({
        namespace: name.describe("CloudWatch namespace"),
        metricName: name.describe("name of the metric"),
        dimensions: tags.optional().describe("default the group's own, `AutoScalingGroupName`"),
      })
      .optional()
      .describe("what drives the alarm; default the group's CPU utilisation"),
  });
}

export const scaling = z
  .strictObject({
    out: rule({ threshold: "70", evaluationPeriods: "2", adjustment: "1" }).optional().describe("scale-out"),
    in: rule({ threshold: "30", evaluationPeriods: "5", adjustment: "-1" }).optional().describe("scale-in"),
  })
  .describe("policies with their alarms; default none");
