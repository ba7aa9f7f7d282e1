import * as pulumi from "@pulumi/pulumi";
import { raise, type ValidationIssue } from "../validation/issues";
import { type Attached, has } from "./traffic";

/** Health checks in addition to EC2's own, which are always made. */
export type HealthKind = "ebs" | "elb" | "vpc-lattice";

/**
 * Which health checks decide that an instance is replaced.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
export type Health =
  | {
      /**
       * `ec2`: EC2's own checks, which are always included. `ebs`: whether the attached volumes respond. `elb`: the checks of the load
       * balancers in `targetGroupArns`, `loadBalancerNames` and `trafficSources`. `vpc-lattice`: the checks of VPC Lattice target groups.
       * Several checks are a list.
       */
      readonly kind: "ec2" | "ebs";
      /** Seconds after the launch of an instance in which failed checks are ignored; required with `elb` and `vpc-lattice`. @default 300 */
      readonly gracePeriodSeconds?: number;
    }
  | {
      readonly kind: "elb" | "vpc-lattice" | readonly HealthKind[];
      /**
       * Seconds that an instance needs to converge and to answer requests; without a grace period it would be replaced before it is ready.
       */
      readonly gracePeriodSeconds: number;
    };

const GRACE_PERIOD_SECONDS = 300;

const IN_AWS = { ec2: "EC2", ebs: "EBS", elb: "ELB", "vpc-lattice": "VPC_LATTICE" } as const;

export function healthCheck(health: Health | undefined) {
  return {
    healthCheckType: kindsOf(health)
      .map((kind) => IN_AWS[kind])
      .join(","),
    healthCheckGracePeriod: health?.gracePeriodSeconds ?? GRACE_PERIOD_SECONDS,
  };
}

export function healthIssues(health: Health | undefined, attached: Attached): ValidationIssue[] {
  if (!health) return [];
  const wrong: ValidationIssue[] = [];
  const { kind, gracePeriodSeconds: seconds } = health;
  const kinds = kindsOf(health);
  const isBalanced = kinds.includes("elb") || kinds.includes("vpc-lattice");
  const least = isBalanced ? 1 : 0;
  // The type does not check configuration files
  const missing = isBalanced && seconds === undefined;
  if (missing || (seconds !== undefined && (!Number.isInteger(seconds) || seconds < least))) {
    const expected = isBalanced ? `at least 1 second with 'kind: ${kinds.join(", ")}'` : "0 or more seconds";
    const fix = "include the first Chef run; 300 is a good start";
    wrong.push({ property: "health.gracePeriodSeconds", value: seconds, expected, fix });
  }
  const refuse = (expected: string, fix: string) => wrong.push({ property: "health.kind", value: kind, expected, fix });
  if (kinds.length === 0) refuse("at least one kind", "leave out 'health' for EC2's own checks");
  if (kinds.length > 1 && kinds.includes("ec2"))
    refuse("only the others", "leave out 'ec2': EC2's checks are always made");
  if (kinds.includes("elb") && !has(attached, "elb")) {
    refuse("'targetGroupArns', 'loadBalancerNames' or 'trafficSources' as well", "attach them, or set 'kind: ec2'");
  }
  if (kinds.includes("vpc-lattice") && !has(attached, "vpc-lattice")) {
    refuse("'trafficSources' of type 'vpc-lattice' as well", "attach them, or set 'kind: ec2'");
  }
  return wrong;
}

/**
 * Whether there are load balancers to check is certain only once the target groups are known.
 *
 * @param subject named in the error
 */
export function checkedTargetGroups(
  { health, ...attached }: Attached & { readonly health?: Health },
  subject: string,
): Attached["targetGroupArns"] {
  const { targetGroupArns } = attached;
  if (!kindsOf(health).includes("elb") || targetGroupArns === undefined || Array.isArray(targetGroupArns)) {
    return targetGroupArns;
  }
  return pulumi.output(targetGroupArns).apply((known) => {
    raise(subject, healthIssues(health, { ...attached, targetGroupArns: known }));
    return known;
  });
}

function kindsOf({ kind }: Pick<Health, "kind"> = { kind: "ec2" }): readonly ("ec2" | HealthKind)[] {
  return typeof kind === "string" ? [kind] : kind;
}
