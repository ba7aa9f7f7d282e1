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
  oneOrSeveral,
  reference,
  type ShapeOf,
  text,
} from "../validation/shape";
import type { AlarmedPolicyArgs } from "./alarmed-policy";
import type { PredictiveScaling } from "./predictive";
import type { Scaling } from "./scaling";
import type { MathMetric, MetricMath, NamedRule, ScalingMetric, ScalingRule, ScalingStep } from "./scaling-rule";
import type { Schedule } from "./schedule";
import type { PredefinedMetric, TargetTracking } from "./target-tracking";

const statistic = matching(
  /^(Average|Maximum|Minimum|Sum|SampleCount|p(\d{1,2}(\.\d{1,10})?|100))$/,
  "a statistic of CloudWatch, or a percentile from p0 to p100",
  "write it as Average, p95 or p99.9",
);

const metricShape = {
  namespace: text,
  metricName: text,
  dimensions: mapOf(late(text)),
  expression: text,
  metrics: mapOf(
    object({
      namespace: needed(text),
      metricName: needed(text),
      dimensions: mapOf(late(text)),
      statistic,
    } satisfies ShapeOf<MathMetric>),
  ),
} satisfies ShapeOf<ScalingMetric | MetricMath>;

const step = object({ from: needed(number), adjustment: needed(number) } satisfies ShapeOf<ScalingStep>);

const periods = between(1, Number.POSITIVE_INFINITY, "periods", "use at least one");
const seconds = between(0, 86_400, "seconds", "300 is a good start");

const ruleShape = {
  threshold: number,
  periodSeconds: count,
  evaluationPeriods: periods,
  datapointsToAlarm: periods,
  statistic,
  treatMissingData: oneOf("missing", "ignore", "breaching", "notBreaching"),
  metric: object(metricShape),
  enabled: flag,
  unit: oneOf("instances", "percent"),
  minimumInstances: count,
  adjustment: number,
  steps: listOf(step),
  policy: object({
    kind: needed(oneOf("step", "simple")),
    cooldownSeconds: seconds,
    warmupSeconds: seconds,
  } satisfies ShapeOf<NonNullable<ScalingRule["policy"]>>),
} satisfies ShapeOf<ScalingRule>;

/** Names from which resource names are built. */
const name = matching(/^[A-Za-z0-9-]{1,64}$/, "a name of 1 to 64 letters, digits and dashes", "choose a simpler name");

const rules = oneOrSeveral(object({ name, ...ruleShape } satisfies ShapeOf<NamedRule<ScalingRule>>));

export const alarmedPolicyShape = {
  direction: needed(oneOf("out", "in")),
  rule: needed(object(ruleShape)),
  autoScalingGroupName: needed(late(text)),
  groupWarmupSeconds: count,
  passOn: passOnKind(["scalingPolicy", "scalingAlarm"]),
} satisfies ShapeOf<AlarmedPolicyArgs>;

const PREDEFINED = ["cpu", "networkIn", "networkOut", "requestsPerInstance"] as const;
const resourceLabel = late(reference(TARGET_GROUP_LABEL));

const target = object({
  metric: object({
    ...metricShape,
    kind: needed(oneOf(...PREDEFINED, "custom", "math")),
    resourceLabel,
    statistic: oneOf("Average", "Maximum", "Minimum", "Sum", "SampleCount"),
  } satisfies ShapeOf<NonNullable<TargetTracking["metric"]>>),
  target: needed(number),
  warmupSeconds: count,
  disableScaleIn: flag,
  enabled: flag,
} satisfies ShapeOf<TargetTracking>);

const predictive = object({
  metric: object({ kind: needed(oneOf(...PREDEFINED)), resourceLabel } satisfies ShapeOf<PredefinedMetric>),
  target: needed(number),
  mode: oneOf("ForecastOnly", "ForecastAndScale"),
  schedulingBufferSeconds: between(0, 3599, "seconds", "300 is AWS's default"),
  maxCapacityBufferPercent: between(0, 100, "percent", "with 10, the maximum may rise to a tenth above the forecast"),
} satisfies ShapeOf<PredictiveScaling>);

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
  out: rules,
  in: rules,
  targets: mapOf(target),
  predictive: mapOf(predictive),
  schedules: mapOf(schedule),
} satisfies ShapeOf<Scaling>);
