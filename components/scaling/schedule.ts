import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Mistake, Report } from "../mistakes";

/** The size a group is given at a time; what is left out stays as it is. */
interface ScheduledCapacity {
  readonly min?: number;
  readonly max?: number;
  readonly desired?: number;
}

/**
 * Capacity by the clock: once at `startTime`, or again and again by `recurrence`.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
export type Schedule = ScheduledCapacity &
  (
    | {
        /** Five cron fields: minute, hour, day of month, month, day of week. */
        readonly recurrence: string;
        /** IANA name that `recurrence` is read in, summer time included. @default "Etc/UTC" */
        readonly timeZone?: string;
        /** First moment it may act, ISO 8601 in UTC. @default at once */
        readonly startTime?: string;
        /** Last moment it may act, ISO 8601 in UTC. @default never */
        readonly endTime?: string;
      }
    | {
        /** ISO 8601 in UTC, as `2030-01-31T08:00:00Z`. */
        readonly startTime: string;
        readonly recurrence?: never;
        readonly timeZone?: never;
        readonly endTime?: never;
      }
  );

/** AWS's sign for a size that stays as it is. */
const UNCHANGED = -1;

export function createSchedule(
  name: string,
  actionName: string,
  schedule: Schedule,
  autoScalingGroupName: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.autoscaling.Schedule {
  return new aws.autoscaling.Schedule(
    name,
    {
      scheduledActionName: actionName,
      autoscalingGroupName: autoScalingGroupName,
      minSize: schedule.min ?? UNCHANGED,
      maxSize: schedule.max ?? UNCHANGED,
      desiredCapacity: schedule.desired ?? UNCHANGED,
      recurrence: schedule.recurrence,
      timeZone: schedule.recurrence ? (schedule.timeZone ?? "Etc/UTC") : undefined,
      startTime: schedule.startTime,
      endTime: schedule.endTime,
    },
    { parent },
  );
}

export function scheduleMistakes(schedule: Schedule, report: Report): Mistake[] {
  const { min, max, desired, recurrence, startTime, endTime, timeZone } = schedule;
  const wrong = [...sizeMistakes({ min, max, desired }, report)];
  if (recurrence === undefined && startTime === undefined) {
    wrong.push(report("recurrence", undefined, "'recurrence' or 'startTime'", "say when, as '0 8 * * 1-5'"));
  }
  if (recurrence !== undefined && recurrence.trim().split(/\s+/).length !== 5) {
    wrong.push(report("recurrence", recurrence, "five cron fields", "write minute hour day month weekday"));
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    wrong.push(report("timeZone", timeZone, "an IANA time zone", "write it as Europe/Paris"));
  }
  for (const [name, value] of Object.entries({ startTime, endTime })) {
    if (value === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) continue;
    wrong.push(report(name, value, "a moment in UTC", "write it as 2030-01-31T08:00:00Z"));
  }
  return wrong;
}

function sizeMistakes(sizes: Record<"min" | "max" | "desired", number | undefined>, report: Report): Mistake[] {
  const { min = 0, max = Number.POSITIVE_INFINITY, desired } = sizes;
  const given = Object.entries(sizes).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    return [report("min", undefined, "at least one of 'min', 'max', 'desired'", "say what it changes")];
  }
  const wrong = given
    .filter(([, value]) => !Number.isInteger(value) || Number(value) < 0)
    .map(([name, value]) => report(name, value, "a whole number of instances, 0 or more", "give a count"));
  if (min > max) wrong.push(report("min", min, `at most 'max' (${max})`, "lower min or raise max"));
  if (desired !== undefined && (desired < min || desired > max)) {
    wrong.push(report("desired", desired, `between 'min' (${min}) and 'max' (${max})`, "move it between them"));
  }
  return wrong;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
