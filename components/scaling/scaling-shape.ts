import { passOnKind } from "../pass-through/pass-on";
import {
  count,
  flag,
  late,
  listOf,
  mapOf,
  needed,
  number,
  object,
  oneOf,
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

const rule = object({
  threshold: number,
  periodSeconds: count,
  evaluationPeriods: count,
  datapointsToAlarm: count,
  statistic: text,
  treatMissingData: oneOf("missing", "ignore", "breaching", "notBreaching"),
  metric: object(metricShape),
  unit: oneOf("instances", "percent"),
  minimumInstances: count,
  adjustment: number,
  steps: listOf(step),
  policy: object({
    kind: needed(oneOf("step", "simple")),
    cooldownSeconds: count,
    warmupSeconds: count,
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
    resourceLabel: late(text),
    statistic: text,
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
