import type * as aws from "@pulumi/aws";
import type { ValidationIssue } from "../validation/issues";
import type { MixedInstances } from "./mixed-instances";

/**
 * Instances that are launched and converged in advance, and wait to be used. The launch hook holds each instance until it has converged;
 * then it is stopped or hibernated. It keeps its Chef node, and completes the hook again when it leaves the pool. Its run list is not
 * applied again at that time; a timer or cron job of the Chef client does that.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export interface WarmPool {
  /**
   * State in which the instances wait. `Hibernated` needs a launch template, and an image and instance types that support hibernation.
   * @default "Stopped"
   */
  readonly state?: "Stopped" | "Running" | "Hibernated";
  /** Minimum number of instances in the pool. @default 0 */
  readonly minimumSize?: number;
  /**
   * Maximum number of instances in group and pool together; if the group alone has as many, the pool keeps only `minimumSize`. @default the
   * group's `max`
   */
  readonly maximumPrepared?: number;
  /** Whether scale-in returns instances to the pool instead of terminating them. @default false */
  readonly reuseOnScaleIn?: boolean;
}

export function warmPoolArgs(pool: WarmPool): aws.types.input.autoscaling.GroupWarmPool {
  return {
    poolState: pool.state ?? "Stopped",
    minSize: pool.minimumSize ?? 0,
    maxGroupPreparedCapacity: pool.maximumPrepared,
    instanceReusePolicy: { reuseOnScaleIn: pool.reuseOnScaleIn ?? false },
  };
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#warm-pools-limitations */
export function warmPoolIssues(
  pool: WarmPool | undefined,
  mixed: MixedInstances | undefined,
  launch: "template" | "configuration",
): ValidationIssue[] {
  if (!pool) return [];
  const wrong: ValidationIssue[] = mixed ? mixedPoolIssues(mixed, pool.state === "Hibernated") : [];
  if (pool.state === "Hibernated" && launch === "configuration") {
    const fix = "leave out 'launch'; a launch configuration cannot request hibernation";
    wrong.push({ property: "warmPool.state", value: pool.state, expected: "a launch template as well", fix });
  }
  return wrong;
}

function mixedPoolIssues(mixed: MixedInstances, hibernates: boolean): ValidationIssue[] {
  const { types = [], instanceRequirements = [], onDemandPercentage = 100 } = mixed;
  const wrong: ValidationIssue[] = [];
  if (onDemandPercentage < 100) {
    const expected = "100 (On-Demand only) with a warm pool";
    const fix = "AWS does not support Spot Instances in a warm pool; leave out one of the two";
    wrong.push({ property: "mixedInstances.onDemandPercentage", value: onDemandPercentage, expected, fix });
  }
  const weights = types.map(({ weight }) => weight);
  if (weights.some((weight) => weight !== undefined)) {
    const expected = "no weights with a warm pool";
    const fix = "AWS does not support them there; leave out the weights or the pool";
    wrong.push({ property: "mixedInstances.types", value: weights, expected, fix });
  }
  for (const [index, { requireHibernateSupport, memoryMib }] of (hibernates ? instanceRequirements : []).entries()) {
    const path = `mixedInstances.instanceRequirements.${index}`;
    if (!requireHibernateSupport) {
      const property = `${path}.requireHibernateSupport`;
      const fix =
        "set it to true: instances of a type that AWS cannot hibernate would be stopped, and silently lose their memory";
      wrong.push({ property, value: requireHibernateSupport, expected: "true with a warm pool that hibernates", fix });
    }
    if (memoryMib.max === undefined) {
      const property = `${path}.memoryMib.max`;
      const fix = "set one below 150 GiB and below 'rootVolume.sizeGib': the memory is stored on that volume";
      wrong.push({ property, value: undefined, expected: "a maximum with a warm pool that hibernates", fix });
    }
  }
  return wrong;
}
