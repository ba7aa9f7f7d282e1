import { passOnKind } from "../pass-through/pass-on";
import { TARGET_GROUP_LABEL } from "../validation/aws-references";
import {
  between,
  count,
  flag,
  late,
  listOf,
  mapOf,
  matching,
  needed,
  number,
  object,
  oneOf,
  reference,
  type ShapeOf,
  text,
} from "../validation/shape";
import type { AlarmedPolicyArgs } from "./alarmed-policy";
import type { Scaling } from "./scaling";
import type { ScalingMetric, ScalingRule, ScalingStep } from "./scaling-rule";
import type { Schedule } from "./schedule";
import type { TargetTracking } from "./target-tracking";

const metricShape = {
  namespace: needed(text),
  metricName: needed(text),
  dimensions: mapOf(late(text)),
} satisfies ShapeOf<ScalingMetric>;

const step = object({ from: needed(number), adjustment: needed(number) } satisfies ShapeOf<ScalingStep>);

const periods = between(1, Number.POSITIVE_INFINITY, "periods", "take at least one");
const seconds = between(0, 86_400, "seconds", "300 is a good beginning");

const rule = object({
  threshold: number,
  periodSeconds: count,
  evaluationPeriods: periods,
  datapointsToAlarm: periods,
  statistic: matching(
    /^(Average|Maximum|Minimum|Sum|SampleCount|p(\d{1,2}(\.\d{1,10})?|100))$/,
    "a statistic of CloudWatch, or a percentile from p0 to p100",
    "write it as Average, p95 or p99.9",
  ),
  treatMissingData: oneOf("missing", "ignore", "breaching", "notBreaching"),
  metric: object(metricShape),
  unit: oneOf("instances", "percent"),
  minimumInstances: count,
  adjustment: number,
  steps: listOf(step),
  policy: object({
    kind: needed(oneOf("step", "simple")),
    cooldownSeconds: seconds,
    warmupSeconds: seconds,
  } satisfies ShapeOf<NonNullable<ScalingRule["policy"]>>),
} satisfies ShapeOf<ScalingRule>);

export const alarmedPolicyShape = {
  direction: needed(oneOf("out", "in")),
  rule: needed(rule),
  autoScalingGroupName: needed(late(text)),
  groupWarmupSeconds: count,
  passOn: passOnKind(["scalingPolicy", "scalingAlarm"]),
} satisfies ShapeOf<AlarmedPolicyArgs>;

const target = object({
  metric: object({
    ...metricShape,
    namespace: text,
    metricName: text,
    kind: needed(oneOf("cpu", "networkIn", "networkOut", "requestsPerInstance", "custom")),
    resourceLabel: late(reference(TARGET_GROUP_LABEL)),
    statistic: oneOf("Average", "Maximum", "Minimum", "Sum", "SampleCount"),
  } satisfies ShapeOf<NonNullable<TargetTracking["metric"]>>),
  target: needed(number),
  warmupSeconds: count,
  disableScaleIn: flag,
} satisfies ShapeOf<TargetTracking>);

const schedule = object({
  min: count,
  max: count,
  desired: count,
  recurrence: text,
  timeZone: text,
  startTime: text,
  endTime: text,
} satisfies ShapeOf<Schedule>);

export const scaling = object({
  out: rule,
  in: rule,
  targets: mapOf(target),
  schedules: mapOf(schedule),
} satisfies ShapeOf<Scaling>);
