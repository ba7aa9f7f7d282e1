import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type PassOn, partOf } from "../pass-through/pass-on";
import { AlarmedPolicy } from "./alarmed-policy";
import type { ScaleInRule, ScaleOutRule } from "./scaling-rule";
import { createSchedule, type Schedule } from "./schedule";
import { createTargetTracking, type TargetTracking } from "./target-tracking";

/** All that changes a group's size, in any mix. */
export interface Scaling {
  /** Adds instances when an alarm fires. @default none */
  readonly out?: ScaleOutRule;
  /** Removes instances when an alarm fires. @default none */
  readonly in?: ScaleInRule;
  /** Metrics kept at a value, by a name of your own each. @default none */
  readonly targets?: Readonly<Record<string, TargetTracking>>;
  /** Capacity by the clock, by a name of your own each. @default none */
  readonly schedules?: Readonly<Record<string, Schedule>>;
}

/** What a group says of its size. */
export interface ScaledGroup {
  /** @default none */
  readonly scaling?: Scaling;
  /** Seconds until a new instance counts where a rule says nothing. @default 300 */
  readonly defaultInstanceWarmupSeconds?: number;
  /** @default nothing */
  readonly passOn?: PassOn<"scalingPolicy" | "scalingAlarm">;
}

/**
 * Declares what scales a group.
 *
 * @returns the alarms and policies of `out` and `in`
 */
export function createScaling(
  name: string,
  { scaling = {}, defaultInstanceWarmupSeconds: groupWarmupSeconds, passOn }: ScaledGroup,
  group: aws.autoscaling.Group,
  parent: pulumi.Resource,
): AlarmedPolicy[] {
  for (const [target, tracking] of Object.entries(scaling.targets ?? {})) {
    const scaled = { autoScalingGroupName: group.name, passedOn: passOn?.scalingPolicy };
    createTargetTracking(`${name}-target-${target}`, tracking, scaled, parent);
  }
  for (const [action, schedule] of Object.entries(scaling.schedules ?? {})) {
    createSchedule(`${name}-schedule-${action}`, action, schedule, group.name, parent);
  }
  return (["out", "in"] as const).flatMap((direction) => {
    const rule = scaling[direction];
    if (!rule) return [];
    return [
      new AlarmedPolicy(
        `${name}-scale-${direction}`,
        {
          direction,
          rule,
          autoScalingGroupName: group.name,
          groupWarmupSeconds,
          passOn: partOf(passOn, ["scalingPolicy", "scalingAlarm"]),
        },
        { parent },
      ),
    ];
  });
}
