import type * as pulumi from "@pulumi/pulumi";
import type { RefreshSettings } from "../../rollout/rollout-state";
import type { ValidationIssue } from "../validation/issues";

/**
 * How a changed image or template reaches running instances: by an instance refresh, which replaces them one after the other. The update
 * waits until all instances are replaced and have converged. Otherwise it fails with the reason and the instances' console output; a group
 * with a launch template has then been rolled back to the previous version.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
export interface Rollout {
  /**
   * Percentage of the group that stays healthy. With 100, an instance is launched before another one is terminated. @default the
   * maintenance policy's, or 100
   */
  readonly minHealthyPercentage?: number;
  /**
   * Maximum capacity during the refresh, in percent of the desired capacity: 100 to 200, and at most 100 above the minimum. If the
   * percentages leave no room, as in a group of one, AWS launches one more instance before it terminates another.
   *
   * @default the maintenance policy's, or 110
   */
  readonly maxHealthyPercentage?: number;
  /** Seconds until a new instance counts as warmed up. @default the group's default warm-up */
  readonly instanceWarmupSeconds?: number;
  /** Percentages of the group after which the rollout pauses, in rising order; the last one is 100. @default none */
  readonly checkpointPercentages?: readonly number[];
  /** Seconds that the rollout pauses at each checkpoint. @default 3600 */
  readonly checkpointDelaySeconds?: number;
  /** Names of CloudWatch alarms that fail the rollout when they go into ALARM. @default none */
  readonly alarmNames?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether a failed rollout is rolled back; a launch configuration has no version to roll back to, and AWS does not roll back groups with
   * `mixedInstances.instanceRequirements`. @default true for other groups
   */
  readonly autoRollback?: boolean;
  /**
   * Whether instances that already run the new version are kept. AWS compares neither launch configurations nor instances of groups with
   * `mixedInstances.instanceRequirements`. @default true for other groups
   */
  readonly skipMatching?: boolean;
  /**
   * What happens to instances that are protected from scale-in. `Ignore` leaves them on the old version, with a warning. @default "Ignore"
   */
  readonly scaleInProtected?: "Ignore" | "Refresh" | "Wait";
  /** What happens to instances in Standby. @default "Ignore" */
  readonly standby?: "Ignore" | "Terminate" | "Wait";
  /**
   * Whether `pulumi up` waits for the end. With `false`, AWS continues alone, and failed first boots do not stop the rollout. @default true
   */
  readonly wait?: boolean;
  /**
   * Number of new instances that may fail before the rollout is stopped: a single failure may be bad luck, repeated ones mean a bad image.
   * @default 2
   */
  readonly maxFailedInstances?: number;
  /**
   * Seconds without progress after which the rollout is stopped: no more new instances in service, and no fewer old ones. Waiting at a
   * checkpoint does not count; the warm-up of a new instance does. @default 3600
   */
  readonly timeoutSeconds?: number;
}

/** The request to AWS, with an explicit value for everything that a rollout depends on. */
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

export const TIMEOUT_SECONDS = 3600;
const [LEAST_HEALTHY, MOST_HEALTHY, WIDEST_RANGE, CHECKPOINT_DELAY_SECONDS] = [100, 110, 100, 3600];

function mostHealthy(least: number, most = MOST_HEALTHY): number {
  return Math.min(most, least + WIDEST_RANGE);
}

/** What else of a group decides about its rollout. */
interface Beside {
  readonly launch: "template" | "configuration";
  /** Whether types are chosen by attributes. */
  readonly byAttributes?: boolean;
  /** Warm-up of a new instance where the rollout sets none. */
  readonly warmupSeconds?: number;
}

export function rolloutIssues(
  rollout: Rollout = {},
  { launch, byAttributes, warmupSeconds }: Beside,
): ValidationIssue[] {
  return [
    ...timeoutIssues(rollout, warmupSeconds),
    ...(byAttributes ? attributeIssues(rollout) : []),
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
  const fix = "combine several in a composite alarm, and list that one";
  return [{ property: "rollout.alarmNames", value, expected: `at most ${MOST_ALARMS}`, fix }];
}

/** A new instance makes no progress while it warms up. */
function timeoutIssues({ timeoutSeconds = TIMEOUT_SECONDS, instanceWarmupSeconds }: Rollout, warmupSeconds = 0) {
  const warmup = instanceWarmupSeconds ?? warmupSeconds;
  if (timeoutSeconds > warmup) return [];
  const expected = `longer than a new instance's warm-up (${warmup} seconds), during which there is no progress`;
  const fix = "raise it, or shorten the warm-up";
  return [{ property: "rollout.timeoutSeconds", value: timeoutSeconds, expected, fix }];
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html#instance-refresh-limitations */
function attributeIssues({ autoRollback, skipMatching }: Rollout): ValidationIssue[] {
  const expected = "'mixedInstances.types' instead of 'instanceRequirements'";
  const fix = "leave it out; AWS does not support it for groups that choose types by attributes";
  return Object.entries({ autoRollback, skipMatching }).flatMap(([name, value]) => {
    return value ? [{ property: `rollout.${name}`, value, expected, fix }] : [];
  });
}

function configurationIssues({ autoRollback, skipMatching }: Rollout): ValidationIssue[] {
  const expected = "a launch template";
  const wrong: ValidationIssue[] = [];
  if (autoRollback) {
    const fix = "a launch configuration has no version to roll back to; set 'launch: template'";
    wrong.push({ property: "rollout.autoRollback", value: true, expected, fix });
  }
  if (skipMatching) {
    const fix = "AWS does not compare launch configurations; set 'launch: template'";
    wrong.push({ property: "rollout.skipMatching", value: true, expected, fix });
  }
  return wrong;
}

/** Limits that apply to the percentages of both an instance refresh and a maintenance policy. */
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
    const expected = "rising whole numbers from 1 to 100, of which the last is 100";
    const fix = "write them as [10, 50, 100]";
    wrong.push({ property: "rollout.checkpointPercentages", value: checkpointPercentages, expected, fix });
  }
  if (checkpointDelaySeconds !== undefined && !checkpointPercentages) {
    const fix = "set the checkpoints, or leave out the delay";
    const expected = "'checkpointPercentages' as well";
    wrong.push({ property: "rollout.checkpointDelaySeconds", value: checkpointDelaySeconds, expected, fix });
  }
  return wrong;
}
