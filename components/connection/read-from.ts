import type * as pulumi from "@pulumi/pulumi";
import type { ValidationIssue } from "../validation/issues";

/**
 * From where instances may read the validator's key and the data bag secret, beyond which role they have. AWS tells the VPC and the
 * endpoint only of calls that go through an interface endpoint of SSM or Secrets Manager: without one nothing is readable any more.
 * Where both are given, both must hold.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc
 */
export interface ReadFrom {
  /** Ids of VPCs (`vpc-…`), that of the bake among them. @default any */
  readonly vpcIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Ids of VPC endpoints (`vpce-…`). @default any */
  readonly vpcEndpointIds?: pulumi.Input<pulumi.Input<string>[]>;
}

export function readFromIssues(given: ReadFrom | undefined): ValidationIssue[] {
  if (given === undefined || given?.vpcIds || given?.vpcEndpointIds) return [];
  const fix = "leave it out to let the role alone decide";
  return [{ property: "chef.readFrom", value: given, expected: "'vpcIds' or 'vpcEndpointIds'", fix }];
}

type Condition = Readonly<Record<string, Readonly<Record<string, pulumi.Input<pulumi.Input<string>[]>>>>>;

/** The condition of a statement that reads; undefined where there is none. */
export function readFromCondition(given: ReadFrom | undefined): Condition | undefined {
  if (given === undefined) return undefined;
  const { vpcIds, vpcEndpointIds } = given;
  return {
    StringEquals: {
      ...(vpcIds && { "aws:SourceVpc": vpcIds }),
      ...(vpcEndpointIds && { "aws:SourceVpce": vpcEndpointIds }),
    },
  };
}
