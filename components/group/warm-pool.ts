import type * as aws from "@pulumi/aws";
import type { Mistake } from "../mistakes";

/**
 * Instances that are prepared beforehand and wait. An instance on its way into the pool keeps its Chef node.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
 */
export interface WarmPool {
  /** How they wait. @default "Stopped" */
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

export function warmPoolMistakes(pool: WarmPool | undefined, mixed: boolean): Mistake[] {
  if (!pool) return [];
  const wrong: Mistake[] = [];
  if (mixed) {
    const expected = "no warm pool beside mixed instances";
    wrong.push({ property: "warmPool", value: pool, expected, wayOut: "AWS has no such mix; leave one of them out" });
  }
  for (const name of ["minimumSize", "maximumPrepared"] as const) {
    const value = pool[name];
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    const expected = "a whole number, 0 or more";
    wrong.push({ property: `warmPool.${name}`, value, expected, wayOut: "give a count, or leave it out" });
  }
  return wrong;
}
