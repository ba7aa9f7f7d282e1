import { passOnKind } from "../pass-through/pass-on";
import { anything, flag, late, needed, number, object, orFalse, type ShapeOf, text, texts } from "../validation/shape";
import type { ReaperAlarmSettings } from "./alarms";
import type { ObservationArgs, ObservationSettings } from "./observation";

const alarms = object({
  actionArns: late(texts),
  oldestMessageSeconds: number,
  missingInstancesSeconds: number,
} satisfies ShapeOf<ReaperAlarmSettings>);

export const observation = object({ alarms: orFalse(alarms), dashboard: flag } satisfies ShapeOf<ObservationSettings>);

export const observationShape = {
  settings: needed(observation),
  reaper: needed(anything),
  autoScalingGroupName: needed(late(text)),
  scaling: needed(anything),
  weighted: flag,
  passOn: passOnKind(["alarm", "dashboard"]),
} satisfies ShapeOf<ObservationArgs>;
