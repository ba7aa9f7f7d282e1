import type { ValidationIssue } from "../validation/issues";

/**
 * From where instances may read the validator's key and the data bag secret, in addition to the permissions of their role. AWS knows the
 * VPC and the endpoint only for calls through an interface endpoint of SSM or Secrets Manager: without an endpoint, nothing can be read. If
 * both are given, both must match.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc
 */
export interface ReadFrom {
  /** Ids of VPCs (`vpc-…`), including that of the bake. @default any */
  readonly vpcIds?: readonly string[];
  /** Ids of VPC endpoints (`vpce-…`). @default any */
  readonly vpcEndpointIds?: readonly string[];
}

const SHAPES = { vpcIds: /^vpc-[0-9a-z-]+$/, vpcEndpointIds: /^vpce-[0-9a-z-]+$/ } as const;

export function readFromIssues(given: ReadFrom | undefined): ValidationIssue[] {
  if (given === undefined) return [];
  const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
  const wrong = names.flatMap((name) => {
    const ids: unknown = given?.[name];
    const isSound =
      ids === undefined || (Array.isArray(ids) && ids.length > 0 && ids.every((id) => SHAPES[name].test(id)));
    const fix = "give their ids, as `aws ec2 describe-vpcs` and `describe-vpc-endpoints` show them";
    return isSound ? [] : [{ property: `chef.readFrom.${name}`, value: ids, expected: "one or more ids", fix }];
  });
  if (wrong.length > 0 || names.some((name) => given?.[name])) return wrong;
  const fix = "leave it out to rely on the role only";
  return [{ property: "chef.readFrom", value: given, expected: "'vpcIds' or 'vpcEndpointIds'", fix }];
}

/** The condition for a statement that allows reading; undefined if there is none. */
export function readFromCondition(given: ReadFrom | undefined): Record<string, Record<string, string[]>> | undefined {
  if (given === undefined) return undefined;
  const { vpcIds, vpcEndpointIds } = given;
  return {
    StringEquals: {
      ...(vpcIds && { "aws:SourceVpc": [...vpcIds] }),
      ...(vpcEndpointIds && { "aws:SourceVpce": [...vpcEndpointIds] }),
    },
  };
}
