import * as pulumi from "@pulumi/pulumi";
import { raise, type ValidationIssue } from "../validation/issues";

/**
 * What tells a healthy instance.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
export type Health =
  | {
      readonly kind: "ec2";
      /** Seconds after its launch in which an instance is not judged. @default 300 */
      readonly gracePeriodSeconds?: number;
    }
  | {
      /** The load balancers of `targetGroupArns` judge as well. */
      readonly kind: "elb";
      /** Seconds an instance needs to converge and answer; without them it is replaced before it could. */
      readonly gracePeriodSeconds: number;
    };

/** The load balancers' groups of targets, not all of them known before an update. */
type TargetGroupArns = pulumi.Input<pulumi.Input<string>[]> | undefined;

const GRACE_PERIOD_SECONDS = 300;

export function healthCheck(health: Health | undefined) {
  return {
    healthCheckType: health?.kind === "elb" ? "ELB" : "EC2",
    healthCheckGracePeriod: health?.gracePeriodSeconds ?? GRACE_PERIOD_SECONDS,
  };
}

export function healthIssues(health: Health | undefined, targetGroupArns: TargetGroupArns): ValidationIssue[] {
  if (!health) return [];
  const hasTargetGroups = Array.isArray(targetGroupArns) ? targetGroupArns.length > 0 : Boolean(targetGroupArns);
  const wrong: ValidationIssue[] = [];
  const { kind, gracePeriodSeconds: seconds } = health;
  const least = kind === "elb" ? 1 : 0;
  // Configuration files are not held by the type
  const missing = kind === "elb" && seconds === undefined;
  if (missing || (seconds !== undefined && (!Number.isInteger(seconds) || seconds < least))) {
    const expected = kind === "elb" ? "at least 1 second with 'kind: elb'" : "0 or more seconds";
    const fix = "count the first Chef run; 300 is a good beginning";
    wrong.push({ property: "health.gracePeriodSeconds", value: seconds, expected, fix });
  }
  if (kind === "elb" && !hasTargetGroups) {
    const fix = "attach the target groups, or set 'kind: ec2'";
    wrong.push({ property: "health.kind", value: kind, expected: "'targetGroupArns' beside it", fix });
  }
  return wrong;
}

/** Whether load balancers judge is certain only once the target groups are known. @param subject named in the error */
export function checkedTargetGroups(
  { health, targetGroupArns }: { readonly health?: Health; readonly targetGroupArns?: TargetGroupArns },
  subject: string,
): TargetGroupArns {
  if (health?.kind !== "elb" || targetGroupArns === undefined || Array.isArray(targetGroupArns)) return targetGroupArns;
  return pulumi.output(targetGroupArns).apply((known) => {
    raise(subject, healthIssues(health, known));
    return known;
  });
}
