import type * as pulumi from "@pulumi/pulumi";
import type { RefreshSettings } from "../../rollout/rollout-state";
import type { ValidationIssue } from "../validation/issues";

/**
 * How a changed image or template reaches running instances: by an instance refresh, which replaces them in turn. The update waits
 * until all are replaced and have converged, or fails with the reason and the instances' own words; a group that
 * launches from a template has gone back by then to the version before.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
export interface Rollout {
  /** Share of the group that stays healthy, in percent. With 100 an instance is launched before one is ended. @default the maintenance policy's, or 100 */
  readonly minHealthyPercentage?: number;
  /**
   * Most that runs while it is replaced, in percent of the desired capacity, 100 to 200, and at most 100 above the minimum. Where the
   * shares leave no room, as in a group of one, AWS launches one instance more before it ends another.
   *
   * @default the maintenance policy's, or 110
   */
  readonly maxHealthyPercentage?: number;
  /** Seconds until a new instance counts. @default the group's default warm-up */
  readonly instanceWarmupSeconds?: number;
  /** Shares of the group, in percent, after which it waits; rising, the last one 100. @default none */
  readonly checkpointPercentages?: readonly number[];
  /** Seconds that it waits at each checkpoint. @default 3600 */
  readonly checkpointDelaySeconds?: number;
  /** Names of CloudWatch alarms that fail the rollout when they go into alarm. @default none */
  readonly alarmNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether a rollout that fails goes back; a launch configuration has no version to go back to. @default true for launch templates */
  readonly autoRollback?: boolean;
  /** Leaves instances that already run the new version. AWS cannot tell that of a launch configuration. @default true for launch templates */
  readonly skipMatching?: boolean;
  /** What becomes of instances protected from scale-in; `Ignore` leaves them on the version before, and says so. @default "Ignore" */
  readonly scaleInProtected?: "Ignore" | "Refresh" | "Wait";
  /** What becomes of instances in standby. @default "Ignore" */
  readonly standby?: "Ignore" | "Terminate" | "Wait";
  /** Whether `pulumi up` waits for the end. `false` leaves it to AWS: a first boot that fails stops nothing then. @default true */
  readonly wait?: boolean;
  /** New instances that may fail before the rollout is stopped; one may be bad luck, every one is a bad image. @default 2 */
  readonly maxFailedInstances?: number;
  /** Seconds without anything moving after which it is stopped; waiting at a checkpoint does not count. @default 3600 */
  readonly timeoutSeconds?: number;
}

/** What AWS is told, with a default for everything that a rollout depends on. */
export function refreshSettings(
  rollout: Rollout,
  launch: "template" | "configuration",
  maintenance?: Pick<Rollout, "minHealthyPercentage" | "maxHealthyPercentage">,
): Omit<RefreshSettings, "AlarmNames"> & { readonly AlarmNames?: Rollout["alarmNames"] } {
  const least = rollout.minHealthyPercentage ?? maintenance?.minHealthyPercentage ?? LEAST_HEALTHY;
  const points = rollout.checkpointPercentages;
  return {
    MinHealthyPercentage: least,
    MaxHealthyPercentage: rollout.maxHealthyPercentage ?? mostHealthy(least, maintenance?.maxHealthyPercentage),
    InstanceWarmup: rollout.instanceWarmupSeconds,
    CheckpointPercentages: points && [...points],
    CheckpointDelay: points && (rollout.checkpointDelaySeconds ?? CHECKPOINT_DELAY_SECONDS),
    AlarmNames: rollout.alarmNames,
    AutoRollback: rollout.autoRollback ?? launch === "template",
    SkipMatching: rollout.skipMatching ?? launch === "template",
    ScaleInProtectedInstances: rollout.scaleInProtected ?? "Ignore",
    StandbyInstances: rollout.standby ?? "Ignore",
  };
}

const [LEAST_HEALTHY, MOST_HEALTHY, WIDEST_RANGE, CHECKPOINT_DELAY_SECONDS] = [100, 110, 100, 3600];

function mostHealthy(least: number, most = MOST_HEALTHY): number {
  return Math.min(most, least + WIDEST_RANGE);
}

export function rolloutIssues(rollout: Rollout = {}, launch: "template" | "configuration"): ValidationIssue[] {
  return [
    ...healthyIssues("rollout", rollout),
    ...checkpointIssues(rollout),
    ...alarmIssues(rollout.alarmNames),
    ...(launch === "configuration" ? configurationIssues(rollout) : []),
  ];
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html */
const MOST_ALARMS = 10;

function alarmIssues(names: Rollout["alarmNames"]): ValidationIssue[] {
  if (!Array.isArray(names) || names.length <= MOST_ALARMS) return [];
  const value = `${names.length} alarms`;
  const fix = "join several in a composite alarm, and name that";
  return [{ property: "rollout.alarmNames", value, expected: `at most ${MOST_ALARMS}`, fix }];
}

function configurationIssues({ autoRollback, skipMatching }: Rollout): ValidationIssue[] {
  const expected = "a launch template";
  const wrong: ValidationIssue[] = [];
  if (autoRollback) {
    const fix = "a launch configuration has no version to go back to; set 'launch: template'";
    wrong.push({ property: "rollout.autoRollback", value: true, expected, fix });
  }
  if (skipMatching) {
    const fix = "AWS does not compare launch configurations; set 'launch: template'";
    wrong.push({ property: "rollout.skipMatching", value: true, expected, fix });
  }
  return wrong;
}

/** Shares that a refresh and a maintenance policy take alike. */
export function healthyIssues(
  path: string,
  { minHealthyPercentage, maxHealthyPercentage }: Pick<Rollout, "minHealthyPercentage" | "maxHealthyPercentage">,
): ValidationIssue[] {
  const [least = LEAST_HEALTHY, most = least] = [minHealthyPercentage, maxHealthyPercentage];
  if (most - least <= WIDEST_RANGE) return [];
  const expected = "at most 100 above 'minHealthyPercentage'";
  return [{ property: `${path}.maxHealthyPercentage`, value: most, expected, fix: "AWS allows no wider range" }];
}

function checkpointIssues({ checkpointPercentages, checkpointDelaySeconds }: Rollout): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  const points = checkpointPercentages ?? [];
  const rising = points.every((point, index) => point > (points[index - 1] ?? 0) && point <= 100);
  if (checkpointPercentages && (!rising || points.at(-1) !== 100)) {
    const expected = "rising whole numbers from 1 to 100, which is the last";
    const fix = "write them as [10, 50, 100]";
    wrong.push({ property: "rollout.checkpointPercentages", value: checkpointPercentages, expected, fix });
  }
  if (checkpointDelaySeconds !== undefined && !checkpointPercentages) {
    const fix = "name the checkpoints, or leave the delay out";
    const expected = "'checkpointPercentages' beside it";
    wrong.push({ property: "rollout.checkpointDelaySeconds", value: checkpointDelaySeconds, expected, fix });
  }
  return wrong;
}
