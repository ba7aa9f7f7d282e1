import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "../iam/key-access";
import { outputsOf } from "../outputs/outputs-of";
import { type PassOn, passOnIssues } from "../pass-through/pass-on";
import { idleIssues, type PresenceOf } from "../pass-through/presence";
import type { AlarmedPolicy, Scaling } from "../scaling";
import { argumentIssues } from "../validation/check-arguments";
import type { ValidationIssue } from "../validation/issues";
import { raise } from "../validation/issues";
import {
  createMissingInstancesAlarm,
  createReaperAlarms,
  PERIOD_SECONDS,
  type ReaperAlarmSettings,
  type WatchedReaper,
} from "./alarms";
import { createDashboard } from "./dashboard";
import { observationShape } from "./observation-shape";

export type { ReaperAlarmSettings } from "./alarms";

/** Alarms and dashboard of a group and its reaper. */
export interface ObservationSettings {
  /**
   * Alarms for instances that do not come into service, dead letters, the age of the oldest message, attempts that keep failing (your own
   * worker reports these with REAPER_EMF), errors of the function, and a reconcile that fails, never starts or stops; `false` creates none.
   *
   * @default alarms without actions
   */
  readonly alarms?: ReaperAlarmSettings | false;
  /** Whether to create a CloudWatch dashboard with load, capacity, alarms, messages and removed nodes. @default false */
  readonly dashboard?: boolean;
}

/** What to watch, and how. */
export interface ObservationArgs {
  /** Which alarms to create, and whether to create a dashboard. */
  readonly settings: ObservationSettings;
  /** The queues and the functions to watch. */
  readonly reaper: WatchedReaper;
  /** Name of the group. */
  readonly autoScalingGroupName: pulumi.Input<string>;
  /** Whether the group's instances have weights. @default false */
  readonly weighted?: boolean;
  /** The alarms that scale the group, shown beside those of the reaper. */
  readonly scaling: readonly AlarmedPolicy[];
  /** The scaling rules, whose thresholds the dashboard shows. @default none */
  readonly scalingRules?: Scaling;
  /** Additional properties of the resources, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<"alarm" | "dashboard">;
}

const PRESENCE: PresenceOf<ObservationArgs, "alarm" | "dashboard"> = {
  alarm: [({ settings }) => settings.alarms !== false, "remove it, or leave 'settings.alarms' at its default"],
  dashboard: [({ settings }) => settings.dashboard === true, "remove it, or set 'settings.dashboard'"],
};

/** CloudWatch evaluates at most one day of periods that are minutes long. */
const DAY_SECONDS = 86_400;

/**
 * Alarms for instances that do not come into service and for nodes that are not removed, and a dashboard.
 *
 * @example
 * ```ts
 * const { queueArn, deadLetterQueueArn } = queue;
 * new Observation("web-watch", {
 *   settings: { alarms: { actionArns: [pager.arn] }, dashboard: true },
 *   reaper: { queueArn, deadLetterQueueArn, functionName: reaper.functionName, groupName: group.name, reconciles: true },
 *   autoScalingGroupName: group.name,
 *   scaling: [],
 * });
 * ```
 */
export class Observation extends pulumi.ComponentResource {
  /** ARNs of the alarms for the group and its reaper. */
  readonly alarmArns: pulumi.Output<string[]>;
  /** Name of the dashboard; undefined if there is none. */
  readonly dashboardName: pulumi.Output<string | undefined>;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
  constructor(name: string, args: ObservationArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:Observation", name, {}, options);
    raise(
      `Observation "${name}"`,
      argumentIssues(args, observationShape, [
        ({ passOn }) => passOnIssues(passOn),
        (all) => idleIssues(all, PRESENCE),
      ]),
    );
    const { alarms = {}, dashboard } = args.settings;
    const alarmSettings = { ...alarms, passedOn: args.passOn?.alarm };
    const group = { groupName: args.autoScalingGroupName, weighted: args.weighted ?? false };
    const watching =
      alarms === false
        ? []
        : [
            ...createReaperAlarms(name, args.reaper, alarmSettings, this),
            createMissingInstancesAlarm(name, group, alarmSettings, this),
          ];
    this.alarmArns = pulumi.all(watching.map(({ arn }) => arn));
    this.dashboardName = pulumi.output(
      dashboard ? this.createDashboard(name, args, watching).dashboardName : undefined,
    );
    this.registerOutputs(outputsOf(this));
  }

  private createDashboard(name: string, args: ObservationArgs, watching: readonly aws.cloudwatch.MetricAlarm[]) {
    const alarmArns = [...args.scaling.map(({ alarmArn }) => alarmArn), ...watching.map(({ arn }) => arn)];
    const { queueArn, deadLetterQueueArn } = args.reaper;
    const passedOn = args.passOn?.dashboard;
    const shown = { region: placeOf(this).region, queueArn, deadLetterQueueArn, alarmArns, passedOn };
    const { autoScalingGroupName, weighted = false, scalingRules: scaling = {} } = args;
    return createDashboard(name, { ...shown, autoScalingGroupName, weighted, scaling }, this);
  }
}

export function observationIssues({ alarms }: ObservationSettings = {}): ValidationIssue[] {
  if (!alarms) return [];
  const { missingInstancesSeconds: missing } = alarms;
  const wrong: ValidationIssue[] = [];
  if (
    missing !== undefined &&
    !(missing >= PERIOD_SECONDS && missing <= DAY_SECONDS && missing % PERIOD_SECONDS === 0)
  ) {
    const property = "observation.alarms.missingInstancesSeconds";
    const expected = `a multiple of ${PERIOD_SECONDS}, up to ${DAY_SECONDS} (a day)`;
    wrong.push({ property, value: missing, expected, fix: "an hour, 3600, is the default" });
  }
  return wrong;
}
