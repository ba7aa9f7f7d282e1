import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "../iam/key-access";
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

/** Who watches the reaper, and what is seen. */
export interface ObservationSettings {
  /**
   * Alarms on instances that do not come into service, on dead letters, on the age of the oldest message, on attempts that go on failing (a worker of yours tells of
   * them with REAPER_EMF), on the function's errors, on a reconcile that fails, never begins or stops; `false` makes none.
   *
   * @default alarms without actions
   */
  readonly alarms?: ReaperAlarmSettings | false;
  /** A CloudWatch dashboard with load, size, alarms, messages and reaped nodes. @default false */
  readonly dashboard?: boolean;
}

/** What is watched, and how. */
export interface ObservationArgs {
  /** Which alarms there are, and whether a dashboard shows them. */
  readonly settings: ObservationSettings;
  /** The queues and the function that are watched. */
  readonly reaper: WatchedReaper;
  /** Name of the group. */
  readonly autoScalingGroupName: pulumi.Input<string>;
  /** Whether the group counts its instances by weights. @default false */
  readonly weighted?: boolean;
  /** The alarms that scale the group, shown beside the reaper's. */
  readonly scaling: readonly AlarmedPolicy[];
  /** What scales the group, drawn over its load in the dashboard. @default nothing drawn */
  readonly scalingRules?: Scaling;
  /** What more its parts shall have, in the provider's words. @default nothing */
  readonly passOn?: PassOn<"alarm" | "dashboard">;
}

const PRESENCE: PresenceOf<ObservationArgs, "alarm" | "dashboard"> = {
  alarm: [({ settings }) => settings.alarms !== false, "leave it out, or 'settings.alarms' as it is by default"],
  dashboard: [({ settings }) => settings.dashboard === true, "leave it out, or set 'settings.dashboard'"],
};

/** CloudWatch looks back no further for periods of minutes. */
const DAY_SECONDS = 86_400;

/**
 * What tells that instances do not come into service, and that nodes are not being removed.
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
  /** ARNs of the alarms on group and reaper. */
  readonly alarmArns: pulumi.Output<string[]>;
  /** Name of the dashboard; undefined where there is none. */
  readonly dashboardName: pulumi.Output<string | undefined>;

  /** @throws RunError with every mistake in the arguments, before anything is declared */
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
    this.registerOutputs({ alarmArns: this.alarmArns, dashboardName: this.dashboardName });
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
