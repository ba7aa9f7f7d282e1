import { passOnKind } from "../pass-through/pass-on";
import { ACTION_ARN } from "../validation/aws-references";
import {
  anything,
  between,
  count,
  flag,
  late,
  needed,
  object,
  orFalse,
  references,
  type ShapeOf,
  text,
} from "../validation/shape";
import type { ReaperAlarmSettings } from "./alarms";
import type { ObservationArgs, ObservationSettings } from "./observation";

const alarms = object({
  actionArns: late(references(ACTION_ARN)),
  oldestMessageSeconds: between(60, Number.POSITIVE_INFINITY, "seconds", "half an hour is the default"),
  missingInstancesSeconds: count,
} satisfies ShapeOf<ReaperAlarmSettings>);

export const observation = object({ alarms: orFalse(alarms), dashboard: flag } satisfies ShapeOf<ObservationSettings>);

export const observationShape = {
  settings: needed(observation),
  reaper: needed(anything),
  autoScalingGroupName: needed(late(text)),
  scaling: needed(anything),
  weighted: flag,
  scalingRules: anything,
  passOn: passOnKind(["alarm", "dashboard"]),
} satisfies ShapeOf<ObservationArgs>;
