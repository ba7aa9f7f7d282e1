import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type PassOn, partOf } from "../pass-through/pass-on";
import { AlarmedPolicy } from "./alarmed-policy";
import { createPredictiveScaling, type PredictiveScaling } from "./predictive";
import { keyOf, rulesOf } from "./rules";
import type { NamedRule, ScaleInRule, ScaleOutRule } from "./scaling-rule";
import { createSchedule, type Schedule } from "./schedule";
import { createTargetTracking, type TargetTracking } from "./target-tracking";

/** Everything that changes a group's size, in any combination. */
export interface Scaling {
  /** Rules that add instances when an alarm fires; several rules are a list, with names. @default none */
  readonly out?: NamedRule<ScaleOutRule> | readonly NamedRule<ScaleOutRule>[];
  /** Rules that remove instances when an alarm fires; several rules are a list, with names. @default none */
  readonly in?: NamedRule<ScaleInRule> | readonly NamedRule<ScaleInRule>[];
  /** Metrics to keep at a target value (target tracking), by a name of your choice. @default none */
  readonly targets?: Readonly<Record<string, TargetTracking>>;
  /** Forecasts that add instances ahead of the load (predictive scaling), by a name of your choice. @default none */
  readonly predictive?: Readonly<Record<string, PredictiveScaling>>;
  /** Scheduled actions that set the capacity, by a name of your choice. @default none */
  readonly schedules?: Readonly<Record<string, Schedule>>;
}

/** A group's settings for its size. */
export interface ScaledGroup {
  /** @default none */
  readonly scaling?: Scaling;
  /** Seconds until a new instance counts as warmed up, unless a rule sets its own value. @default 300 */
  readonly defaultInstanceWarmupSeconds?: number;
  /** @default nothing */
  readonly passOn?: PassOn<"scalingPolicy" | "scalingAlarm">;
}

/** The policies of a group by key: `out`, `in`, `out-<rule>`, `in-<rule>`, `target-<name>`, `predictive-<name>`. */
export interface DeclaredScaling {
  /** The alarms and policies of `out` and `in`. */
  readonly alarmed: Readonly<Record<string, AlarmedPolicy>>;
  /** The policies whose alarms, if any, are created by AWS. */
  readonly policies: Readonly<Record<string, aws.autoscaling.Policy>>;
}

/** Declares the policies, alarms and scheduled actions that scale a group. */
export function createScaling(
  name: string,
  { scaling = {}, defaultInstanceWarmupSeconds: groupWarmupSeconds, passOn }: ScaledGroup,
  group: aws.autoscaling.Group,
  parent: pulumi.Resource,
): DeclaredScaling {
  const scaled = { autoScalingGroupName: group.name, groupWarmupSeconds, passedOn: passOn?.scalingPolicy };
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

/** ARNs of what was declared, by the same keys. */
export function scalingArns({ alarmed, policies }: DeclaredScaling) {
  const arns = <T>(parts: Readonly<Record<string, T>>, arnOf: (part: T) => pulumi.Output<string>) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, arnOf(part)]));
  return {
    policyArns: pulumi.all({ ...arns(alarmed, ({ policyArn }) => policyArn), ...arns(policies, ({ arn }) => arn) }),
    alarmArns: pulumi.all(arns(alarmed, ({ alarmArn }) => alarmArn)),
  };
}
