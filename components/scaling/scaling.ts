import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type PassOn, partOf } from "../pass-through/pass-on";
import { AlarmedPolicy } from "./alarmed-policy";
import { createPredictiveScaling, type PredictiveScaling } from "./predictive";
import { keyOf, rulesOf } from "./rules";
import type { NamedRule, ScaleInRule, ScaleOutRule } from "./scaling-rule";
import { createSchedule, type Schedule } from "./schedule";
import { createTargetTracking, type TargetTracking } from "./target-tracking";

/** All that changes a group's size, in any mix. */
export interface Scaling {
  /** Adds instances when an alarm fires; several rules are a list, each with a name. @default none */
  readonly out?: NamedRule<ScaleOutRule> | readonly NamedRule<ScaleOutRule>[];
  /** Removes instances when an alarm fires; several rules are a list, each with a name. @default none */
  readonly in?: NamedRule<ScaleInRule> | readonly NamedRule<ScaleInRule>[];
  /** Metrics kept at a value, by a name of your own each. @default none */
  readonly targets?: Readonly<Record<string, TargetTracking>>;
  /** Forecasts that add instances ahead of the load, by a name of your own each. @default none */
  readonly predictive?: Readonly<Record<string, PredictiveScaling>>;
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

/** What scales a group, by what tells it apart: `out`, `out-<rule>`, `target-<name>`, `predictive-<name>`. */
export interface DeclaredScaling {
  /** The alarms and policies of `out` and `in`. */
  readonly alarmed: Readonly<Record<string, AlarmedPolicy>>;
  /** The policies whose alarms, if any, are AWS's own. */
  readonly policies: Readonly<Record<string, aws.autoscaling.Policy>>;
}

/** Declares what scales a group. */
export function createScaling(
  name: string,
  { scaling = {}, defaultInstanceWarmupSeconds: groupWarmupSeconds, passOn }: ScaledGroup,
  group: aws.autoscaling.Group,
  parent: pulumi.Resource,
): DeclaredScaling {
  const scaled = { autoScalingGroupName: group.name, passedOn: passOn?.scalingPolicy };
  for (const [action, schedule] of Object.entries(scaling.schedules ?? {})) {
    createSchedule(`${name}-schedule-${action}`, action, schedule, group.name, parent);
  }
  const targets = Object.entries(scaling.targets ?? {}).map(([target, tracking]) => {
    const key = `target-${target}`;
    return [key, createTargetTracking(`${name}-${key}`, tracking, scaled, parent)] as const;
  });
  const forecasts = Object.entries(scaling.predictive ?? {}).map(([forecast, predictive]) => {
    const key = `predictive-${forecast}`;
    return [key, createPredictiveScaling(`${name}-${key}`, predictive, scaled, parent)] as const;
  });
  const alarmed = rulesOf(scaling).map((found) => {
    const both = { groupWarmupSeconds, passOn: partOf(passOn, ["scalingPolicy", "scalingAlarm"]) };
    const args = { direction: found.direction, rule: found.rule, autoScalingGroupName: group.name, ...both };
    return [keyOf(found), new AlarmedPolicy(`${name}-scale-${keyOf(found)}`, args, { parent })] as const;
  });
  return { alarmed: Object.fromEntries(alarmed), policies: Object.fromEntries([...targets, ...forecasts]) };
}
