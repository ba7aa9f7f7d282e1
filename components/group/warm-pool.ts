import type * as aws from "@pulumi/aws";
import type { ValidationIssue } from "../validation/issues";
import type { MixedInstances } from "./mixed-instances";

/**
 * Instances that are prepared beforehand and wait. Each converges before it is stopped or hibernated, for which the launch
 * hook holds it back; it keeps its Chef node, and answers the hook once more when it leaves the pool. Its run list is not
 * applied again then: whatever runs Chef on it from time to time does that.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export interface WarmPool {
  /** How they wait. `Hibernated` needs a launch template and an image and types that can hibernate. @default "Stopped" */
  readonly state?: "Stopped" | "Running" | "Hibernated";
  /** Instances at least in the pool. @default 0 */
  readonly minimumSize?: number;
  /** Instances at most in group and pool together; a group that has as many keeps no pool but `minimumSize`. @default the group's `max` */
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
    const fix = "leave 'launch' out; a launch configuration cannot ask for hibernation";
    wrong.push({ property: "warmPool.state", value: pool.state, expected: "a launch template beside it", fix });
  }
  return wrong;
}

function mixedPoolIssues(mixed: MixedInstances, hibernates: boolean): ValidationIssue[] {
  const { types = [], instanceRequirements = [], onDemandPercentage = 100 } = mixed;
  const wrong: ValidationIssue[] = [];
  if (onDemandPercentage < 100) {
    const expected = "100, on demand alone, beside a warm pool";
    const fix = "AWS keeps no Spot Instances in a warm pool; leave one of them out";
    wrong.push({ property: "mixedInstances.onDemandPercentage", value: onDemandPercentage, expected, fix });
  }
  const weights = types.map(({ weight }) => weight);
  if (weights.some((weight) => weight !== undefined)) {
    const expected = "no weights beside a warm pool";
    const fix = "AWS takes none there; leave the weights or the pool out";
    wrong.push({ property: "mixedInstances.types", value: weights, expected, fix });
  }
  for (const [index, { requireHibernateSupport, memoryMib }] of (hibernates ? instanceRequirements : []).entries()) {
    const path = `mixedInstances.instanceRequirements.${index}`;
    if (!requireHibernateSupport) {
      const property = `${path}.requireHibernateSupport`;
      const fix = "set it: a type that AWS cannot hibernate would be stopped, and lose its memory without a word";
      wrong.push({ property, value: requireHibernateSupport, expected: "true beside a pool that hibernates", fix });
    }
    if (memoryMib.max === undefined) {
      const property = `${path}.memoryMib.max`;
      const fix = "give one below 150 GiB, which 'rootVolume.sizeGib' is above: the memory is kept there";
      wrong.push({ property, value: undefined, expected: "a bound beside a pool that hibernates", fix });
    }
  }
  return wrong;
}
