import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { canonical } from "../../common/json";
import type { Report, ValidationIssue } from "../validation/issues";

/** The sizes that a scheduled action sets; sizes that are left out do not change. */
export interface ScheduledCapacity {
  /** Minimum number of instances. @default unchanged */
  readonly min?: number;
  /** Maximum number of instances. @default unchanged */
  readonly max?: number;
  /** Desired number of instances from then on. @default unchanged */
  readonly desired?: number;
}

/**
 * Scheduled capacity: once at `startTime`, or repeatedly by `recurrence`. Once a schedule sets the minimum or maximum, the schedules own
 * that value: no later `up` or `up --refresh` resets it to the group's own `min` or `max`. No two of a group may run at the same time.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
export type Schedule = ScheduledCapacity &
  (
    | {
        /** Five cron fields: minute, hour, day of month, month, day of week. */
        readonly recurrence: string;
        /** IANA time zone of `recurrence`, including daylight saving time. @default "Etc/UTC" */
        readonly timeZone?: string;
        /** Time from which the action runs, ISO 8601 in UTC. @default at once */
        readonly startTime?: string;
        /** Time until which the action runs, ISO 8601 in UTC. @default never ends */
        readonly endTime?: string;
      }
    | {
        /** ISO 8601 in UTC, such as `2030-01-31T08:00:00Z`. If the time has passed, the action is not declared. */
        readonly startTime: string;
        readonly recurrence?: never;
        readonly timeZone?: never;
        readonly endTime?: never;
      }
  );

/** The provider's value for a size that does not change. */
const UNCHANGED = -1;

/**
 * Declares one scheduled action. A change replaces it: an update would send the start time that AWS calculated for the old schedule, which
 * AWS refuses once it has passed (pulumi-aws#2473, terraform-provider-aws#38983). The trigger also finds a value that is no longer set, which
 * is no change to the provider.
 *
 * @returns undefined if the action will not run any more: AWS has deleted it, and accepts no action in the past
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
    { parent, replaceOnChanges: ["*"], deleteBeforeReplace: true, replacementTrigger: canonical(schedule) },
  );
}

/** Whether the action will not run any more: its only time, or the end of its recurrence, has passed. */
function hasPassed({ recurrence, startTime, endTime }: Schedule, now: Date): boolean {
  const last = recurrence === undefined ? startTime : endTime;
  return last !== undefined && stillToCome(last, now) === undefined;
}

/** A recurrence that has begun needs no start time, and AWS accepts none in the past. */
function stillToCome(moment: string | undefined, now: Date): string | undefined {
  return moment !== undefined && new Date(moment) > now ? moment : undefined;
}

export function scheduleIssues(schedule: Schedule, report: Report): ValidationIssue[] {
  const { min, max, desired, recurrence, startTime, endTime, timeZone } = schedule;
  const wrong = [...sizeIssues({ min, max, desired }, report)];
  if (recurrence === undefined && startTime === undefined) {
    wrong.push(report("recurrence", undefined, "'recurrence' or 'startTime'", "set one, such as '0 8 * * 1-5'"));
  }
  if (recurrence !== undefined && !isCron(recurrence)) {
    const expected = "five cron fields: minute hour day month weekday";
    wrong.push(report("recurrence", recurrence, expected, "write it as '0 22 * * 1-5'"));
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const fix = "write it like Europe/Paris, in exactly this spelling";
    wrong.push(report("timeZone", timeZone, "an IANA time zone by its canonical name", fix));
  }
  for (const [name, value] of Object.entries({ startTime, endTime })) {
    if (value === undefined || isMoment(value)) continue;
    wrong.push(report(name, value, "a time in UTC", "write it as 2030-01-31T08:00:00Z"));
  }
  if (startTime !== undefined && endTime !== undefined && endTime <= startTime) {
    wrong.push(report("endTime", endTime, `after 'startTime' (${startTime})`, "choose a later time, or leave it out"));
  }
  return wrong;
}

/**
 * AWS refuses a second action at the same time, and runs those of the same recurrence in any order.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html#scheduled-scaling-limitations
 */
export function sameTimeIssues(schedules: Readonly<Record<string, Schedule>> = {}): ValidationIssue[] {
  const entries = Object.entries(schedules).filter(([, schedule]) => !hasPassed(schedule, new Date()));
  return entries.flatMap(([name, schedule], index) => {
    const earlier = entries
      .slice(0, index)
      .find(([, other]) => times(other).some((time) => times(schedule).includes(time)));
    if (!earlier) return [];
    const property = schedule.recurrence === undefined ? "startTime" : "recurrence";
    const fix = "move one of them by a minute or more, or set all sizes in one schedule";
    const expected = `another time than that of '${earlier[0]}', because AWS refuses or mixes up actions at the same time`;
    return [{ property: `scaling.schedules.${name}.${property}`, value: schedule[property], expected, fix }];
  });
}

/** When an action runs first, and when again. */
function times({ recurrence, timeZone = "Etc/UTC", startTime }: Schedule): string[] {
  const zone = timeZone === "UTC" ? "Etc/UTC" : timeZone;
  const first = stillToCome(startTime, new Date());
  return [
    ...(first === undefined ? [] : [first]),
    ...(recurrence === undefined ? [] : [`${recurrence.trim().split(/\s+/).join(" ").toUpperCase()} ${zone}`]),
  ];
}

function sizeIssues(sizes: Record<"min" | "max" | "desired", number | undefined>, report: Report): ValidationIssue[] {
  const { min = 0, max = Number.POSITIVE_INFINITY, desired } = sizes;
  const given = Object.entries(sizes).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    return [report("min", undefined, "at least one of 'min', 'max', 'desired'", "set what the action changes")];
  }
  const wrong: ValidationIssue[] = [];
  if (min > max) wrong.push(report("min", min, `at most 'max' (${max})`, "lower min or raise max"));
  if (desired !== undefined && (desired < min || desired > max)) {
    wrong.push(report("desired", desired, `between 'min' (${min}) and 'max' (${max})`, "choose a value between them"));
  }
  return wrong;
}

/** Also checks that the day exists. A time in the past is valid: the action is left out, so the program need not be edited. */
function isMoment(text: string): boolean {
  const moment = new Date(text);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === text.replace(/Z$/, ".000Z");
}

/** AWS accepts canonical names in their exact spelling; Intl ignores case and accepts old names such as EST. */
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

/** Ranges of the five fields of a traditional cron expression, and the names that replace some of the numbers. */
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

/** A list of `*`, numbers or names, and ranges, each with or without a step. */
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
