import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Mistake } from "../mistakes";

/**
 * How a changed image or template reaches running instances: by an instance refresh, which replaces them in turn. The
 * image before is kept, so a refresh that fails rolls back to it.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
export interface Rollout {
  /** Share of the group that stays healthy, in percent. @default 90 */
  readonly minHealthyPercentage?: number;
  /** Most that runs while it is replaced, in percent of the desired capacity, 100 to 200. @default 100 */
  readonly maxHealthyPercentage?: number;
  /** Seconds until a new instance counts. @default the group's default warm-up */
  readonly instanceWarmupSeconds?: number;
  /** Shares of the group, in percent, after which it waits; rising, the last one 100 to finish. @default none */
  readonly checkpointPercentages?: readonly number[];
  /** Seconds that it waits at each checkpoint. @default 3600 */
  readonly checkpointDelaySeconds?: number;
  /** Names of CloudWatch alarms that fail the refresh while they are in alarm. @default none */
  readonly alarmNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether a refresh that fails goes back; a launch configuration has no version to go back to. @default true for launch templates */
  readonly autoRollback?: boolean;
  /** Leaves instances that already run the new version. @default false */
  readonly skipMatching?: boolean;
  /** What becomes of instances protected from scale-in. @default "Ignore" */
  readonly scaleInProtected?: "Ignore" | "Refresh" | "Wait";
  /** What becomes of instances in standby. @default "Ignore" */
  readonly standby?: "Ignore" | "Terminate" | "Wait";
}

export function instanceRefresh(
  rollout: Rollout,
  launch: "template" | "configuration",
): aws.types.input.autoscaling.GroupInstanceRefresh {
  return {
    strategy: "Rolling",
    preferences: {
      minHealthyPercentage: rollout.minHealthyPercentage ?? 90,
      maxHealthyPercentage: rollout.maxHealthyPercentage,
      instanceWarmup: rollout.instanceWarmupSeconds?.toString(),
      checkpointPercentages: rollout.checkpointPercentages && [...rollout.checkpointPercentages],
      checkpointDelay: rollout.checkpointPercentages && (rollout.checkpointDelaySeconds ?? 3600).toString(),
      alarmSpecification: rollout.alarmNames && { alarms: rollout.alarmNames },
      autoRollback: rollout.autoRollback ?? launch === "template",
      skipMatching: rollout.skipMatching,
      scaleInProtectedInstances: rollout.scaleInProtected,
      standbyInstances: rollout.standby,
    },
  };
}

export function rolloutMistakes(rollout: Rollout = {}, launch: "template" | "configuration"): Mistake[] {
  return [
    ...healthyMistakes("rollout", rollout),
    ...warmupMistakes(rollout),
    ...checkpointMistakes(rollout),
    ...(rollout.autoRollback && launch === "configuration"
      ? [
          {
            property: "rollout.autoRollback",
            value: true,
            expected: "a launch template",
            wayOut: "a launch configuration has no version to go back to; set 'launch: template'",
          },
        ]
      : []),
  ];
}

/** Shares that a refresh and a maintenance policy take alike. */
export function healthyMistakes(
  path: string,
  { minHealthyPercentage, maxHealthyPercentage }: Pick<Rollout, "minHealthyPercentage" | "maxHealthyPercentage">,
): Mistake[] {
  const wrong: Mistake[] = [];
  const [least, most] = [minHealthyPercentage, maxHealthyPercentage];
  if (least !== undefined && (!Number.isInteger(least) || least < 0 || least > 100)) {
    wrong.push({ property: `${path}.minHealthyPercentage`, value: least, expected: "0 to 100", wayOut: "90 is usual" });
  }
  if (most !== undefined && (!Number.isInteger(most) || most < 100 || most > 200)) {
    wrong.push({
      property: `${path}.maxHealthyPercentage`,
      value: most,
      expected: "100 to 200",
      wayOut: "110 is usual",
    });
  }
  if (most !== undefined && most - (least ?? 90) > 100) {
    const expected = "at most 100 above 'minHealthyPercentage'";
    wrong.push({
      property: `${path}.maxHealthyPercentage`,
      value: most,
      expected,
      wayOut: "AWS allows no wider range",
    });
  }
  return wrong;
}

function warmupMistakes({ instanceWarmupSeconds: value }: Rollout): Mistake[] {
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return [];
  const wayOut = "leave it out for the group's own, or say how long a first Chef run takes";
  return [{ property: "rollout.instanceWarmupSeconds", value, expected: "0 or more seconds", wayOut }];
}

function checkpointMistakes({ checkpointPercentages, checkpointDelaySeconds }: Rollout): Mistake[] {
  const wrong: Mistake[] = [];
  const points = checkpointPercentages ?? [];
  const rising = points.every(
    (point, index) => Number.isInteger(point) && point > (points[index - 1] ?? 0) && point <= 100,
  );
  if (checkpointPercentages && (points.length === 0 || !rising)) {
    const expected = "rising whole numbers from 1 to 100";
    const wayOut = "write them as [10, 50, 100]";
    wrong.push({ property: "rollout.checkpointPercentages", value: checkpointPercentages, expected, wayOut });
  }
  if (checkpointDelaySeconds === undefined) return wrong;
  const property = "rollout.checkpointDelaySeconds";
  if (!checkpointPercentages) {
    const wayOut = "name the checkpoints, or leave the delay out";
    wrong.push({ property, value: checkpointDelaySeconds, expected: "'checkpointPercentages' beside it", wayOut });
  }
  if (!Number.isInteger(checkpointDelaySeconds) || checkpointDelaySeconds < 0 || checkpointDelaySeconds > 172_800) {
    wrong.push({
      property,
      value: checkpointDelaySeconds,
      expected: "0 to 172800 seconds",
      wayOut: "an hour is usual",
    });
  }
  return wrong;
}
