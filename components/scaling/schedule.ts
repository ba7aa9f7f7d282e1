import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

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
