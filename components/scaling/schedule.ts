import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Report, ValidationIssue } from "../validation/issues";

/** The size a group is given at a time; what is left out stays as it is. */
export interface ScheduledCapacity {
  /** Instances at least. @default as it is */
  readonly min?: number;
  /** Instances at most. @default as it is */
  readonly max?: number;
  /** Instances from then on. @default as it is */
  readonly desired?: number;
}

/**
 * Capacity by the clock: once at `startTime`, or again and again by `recurrence`. A size that some schedule sets is the
 * schedules' from the group's creation on: no later `up` or `up --refresh` sets the group's own `min` or `max` in its place.
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
        /** ISO 8601 in UTC, as `2030-01-31T08:00:00Z`. Once it has passed, nothing is declared for it. */
        readonly startTime: string;
        readonly recurrence?: never;
        readonly timeZone?: never;
        readonly endTime?: never;
      }
  );

/** The provider's sign for a size that stays as it is. */
const UNCHANGED = -1;

/**
 * Declares one scheduled action. A change replaces it: an update would send the start that AWS worked out for the old
 * times, which AWS refuses once it has passed (pulumi-aws#2473, terraform-provider-aws#38983).
 *
 * @returns undefined where the action has had its last moment: AWS has deleted it, and takes no action in the past
 */
export function createSchedule(
  name: string,
  actionName: string,
  schedule: Schedule,
  autoScalingGroupName: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.autoscaling.Schedule | undefined {
  if (hasPassed(schedule, new Date())) return undefined;
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
      startTime: stillToCome(schedule.startTime, new Date()),
      endTime: schedule.endTime,
    },
    { parent, replaceOnChanges: ["*"], deleteBeforeReplace: true },
  );
}

/** Whether it can never act again: a single moment or the end of a recurrence that lies behind. */
export function hasPassed({ recurrence, startTime, endTime }: Schedule, now: Date): boolean {
  const last = recurrence === undefined ? startTime : endTime;
  return last !== undefined && stillToCome(last, now) === undefined;
}

/** A recurrence that has begun needs no start any more, and AWS takes none that has passed. */
function stillToCome(moment: string | undefined, now: Date): string | undefined {
  return moment !== undefined && new Date(moment) > now ? moment : undefined;
}

export function scheduleIssues(schedule: Schedule, report: Report): ValidationIssue[] {
  const { min, max, desired, recurrence, startTime, endTime, timeZone } = schedule;
  const wrong = [...sizeIssues({ min, max, desired }, report)];
  if (recurrence === undefined && startTime === undefined) {
    wrong.push(report("recurrence", undefined, "'recurrence' or 'startTime'", "say when, as '0 8 * * 1-5'"));
  }
  if (recurrence !== undefined && !isCron(recurrence)) {
    const expected = "five cron fields: minute hour day month weekday";
    wrong.push(report("recurrence", recurrence, expected, "write it as '0 22 * * 1-5'"));
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const fix = "write it as Europe/Paris, in these letters";
    wrong.push(report("timeZone", timeZone, "an IANA time zone by its canonical name", fix));
  }
  for (const [name, value] of Object.entries({ startTime, endTime })) {
    if (value === undefined || isMoment(value)) continue;
    wrong.push(report(name, value, "a moment in UTC", "write it as 2030-01-31T08:00:00Z"));
  }
  if (startTime !== undefined && endTime !== undefined && endTime <= startTime) {
    wrong.push(report("endTime", endTime, `after 'startTime' (${startTime})`, "move it behind, or leave it out"));
  }
  return wrong;
}

function sizeIssues(sizes: Record<"min" | "max" | "desired", number | undefined>, report: Report): ValidationIssue[] {
  const { min = 0, max = Number.POSITIVE_INFINITY, desired } = sizes;
  const given = Object.entries(sizes).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    return [report("min", undefined, "at least one of 'min', 'max', 'desired'", "say what it changes")];
  }
  const wrong: ValidationIssue[] = [];
  if (min > max) wrong.push(report("min", min, `at most 'max' (${max})`, "lower min or raise max"));
  if (desired !== undefined && (desired < min || desired > max)) {
    wrong.push(report("desired", desired, `between 'min' (${min}) and 'max' (${max})`, "move it between them"));
  }
  return wrong;
}

/** The day is on the calendar, too. A moment in the past is sound: it is left out, and a program need not be edited for it. */
function isMoment(text: string): boolean {
  const moment = new Date(text);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === text.replace(/Z$/, ".000Z");
}

/** AWS takes canonical names as they are written; Intl takes any letters, and old names such as EST. */
function isTimeZone(name: string): boolean {
  if (name === "UTC") return true;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    const misspelt = timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
    return !misspelt && /^[A-Z]\w*(\/[A-Z][\w+-]*)+$/.test(name);
  } catch {
    return false;
  }
}

/** What the five fields of a traditional cron count from and to, and the names that some of the numbers have. */
const CRON_FIELDS: readonly { readonly least: number; readonly most: number; readonly names: string }[] = [
  { least: 0, most: 59, names: "" },
  { least: 0, most: 23, names: "" },
  { least: 1, most: 31, names: "" },
  { least: 1, most: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC" },
  { least: 0, most: 7, names: "SUN MON TUE WED THU FRI SAT" },
];

function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  return (
    fields.length === CRON_FIELDS.length && CRON_FIELDS.every((bounds, index) => isCronField(fields[index], bounds))
  );
}

/** A list of `*`, numbers or names, and ranges, each with a step or without. */
function isCronField(field = "", { least, most, names }: (typeof CRON_FIELDS)[number]): boolean {
  const numberOf = (text: string): number => {
    const named = names.split(" ").indexOf(text.toUpperCase());
    return /^\d+$/.test(text) || named < 0 ? Number(text) : least + named;
  };
  return field.split(",").every((part) => {
    const [, from, to = from] = /^(\*|\w+)(?:-(\w+))?(?:\/[1-9]\d*)?$/.exec(part) ?? [];
    if (from === undefined || to === undefined) return false;
    if (from === "*") return to === "*";
    return numberOf(from) >= least && numberOf(from) <= numberOf(to) && numberOf(to) <= most;
  });
}
