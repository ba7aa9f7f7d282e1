import type * as pulumi from "@pulumi/pulumi";
import { LATTICE_TARGET_GROUP_ARN, LOAD_BALANCER_NAME, TARGET_GROUP_ARN } from "../validation/aws-references";
import type { ValidationIssue } from "../validation/issues";
import { isLater } from "../validation/outputs";
import { referenceIssues } from "../validation/reference";

/**
 * A source of traffic for the instances.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TrafficSourceIdentifier.html
 */
export interface TrafficSource {
  /** `elb`: a Classic Load Balancer; `elbv2`: a target group of any other load balancer; `vpc-lattice`: a target group of VPC Lattice. */
  readonly type: "elb" | "elbv2" | "vpc-lattice";
  /** Name of the Classic Load Balancer, or ARN of the target group. */
  readonly identifier: pulumi.Input<string>;
}

/** What the instances are registered with; some of it may be unknown before an update. */
export interface Attached {
  readonly targetGroupArns?: pulumi.Input<pulumi.Input<string>[]>;
  readonly loadBalancerNames?: pulumi.Input<pulumi.Input<string>[]>;
  readonly trafficSources?: readonly TrafficSource[];
}

const REFERENCES = { elb: LOAD_BALANCER_NAME, elbv2: TARGET_GROUP_ARN, "vpc-lattice": LATTICE_TARGET_GROUP_ARN };

/** Whether there is anything that a kind of health check could use. */
export function has(
  { targetGroupArns, loadBalancerNames, trafficSources = [] }: Attached,
  kind: "elb" | "vpc-lattice",
): boolean {
  const isLattice = (type: string) => type === "vpc-lattice";
  if (trafficSources.some(({ type }) => isLattice(type) === isLattice(kind))) return true;
  const isGiven = (list: unknown) => (Array.isArray(list) ? list.length > 0 : Boolean(list));
  return kind === "elb" && (isGiven(targetGroupArns) || isGiven(loadBalancerNames));
}

/**
 * The provider accepts either traffic sources or the other two (terraform-provider-aws, internal/service/autoscaling/group.go:
 * `ConflictsWith`), since AWS reports each of them as both.
 */
export function trafficIssues({ trafficSources, ...others }: Attached): ValidationIssue[] {
  if (trafficSources === undefined) return [];
  const beside = Object.entries(others).filter(([, value]) => value !== undefined);
  return [
    ...beside.map(([property, value]): ValidationIssue => {
      const expected = "nothing together with 'trafficSources'";
      const fix = `put them into 'trafficSources', as { type: ${property === "targetGroupArns" ? "elbv2" : "elb"}, identifier: … }`;
      return { property, value: isLater(value) ? undefined : value, expected, fix };
    }),
    ...trafficSources.flatMap(({ type, identifier }, index) =>
      isLater(identifier) ? [] : referenceIssues(REFERENCES[type], identifier, `trafficSources.${index}.identifier`),
    ),
  ];
}
