import { anything, count, flag, late, needed, object, orFalse, type ShapeOf, text, texts } from "../validation/shape";
import type { ReaperAlarmSettings } from "./alarms";
import type { ObservationArgs, ObservationSettings } from "./observation";

const alarms = object({
  actionArns: late(texts),
  oldestMessageSeconds: count,
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
} satisfies ShapeOf<ObservationArgs>;
