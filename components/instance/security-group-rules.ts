import type { ValidationIssue } from "../validation/issues";

/** A rule of a security group in either direction. */
export interface Permission {
  readonly property: string;
  readonly protocol: string;
  readonly ports: readonly [number, number];
  /** Ranges, prefix lists and security groups; those that are known only later are ignored. */
  readonly peers: readonly unknown[];
  readonly description?: string;
}

/** EC2's limit, and the characters that it accepts. @see https://github.com/aws-cloudformation/cfn-lint/issues/173 */
const DESCRIPTION = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** Mistakes in the rules of one direction that EC2 would report only when the security group exists and is still empty. */
export function permissionIssues(permissions: readonly Permission[]): ValidationIssue[] {
  return [...permissions.flatMap(descriptionIssues), ...repeatedIssues(permissions)];
}

function descriptionIssues({ property, description = "" }: Permission): ValidationIssue[] {
  if (DESCRIPTION.test(description)) return [];
  const expected = "at most 255 letters, digits, blanks and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *";
  const fix = "EC2 accepts no others; leave out quotes, accents and arrows";
  return [{ property: `${property}.description`, value: description, expected, fix }];
}

/**
 * EC2 refuses all rules if one occurs twice; descriptions make no difference.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/29492
 */
function repeatedIssues(permissions: readonly Permission[]): ValidationIssue[] {
  const seen = new Set<string>();
  return permissions.flatMap(({ property, protocol, ports, peers }) => {
    const value = peers.filter((peer) => {
      if (typeof peer !== "string") return false;
      const permission = [protocol, ...ports, peer.toLowerCase()].join(" ");
      return seen.size === seen.add(permission).size;
    });
    if (value.length === 0) return [];
    const expected = "each of them only once for the same protocol and ports, also in other rules";
    return [{ property, value, expected, fix: "remove the repetition" }];
  });
}

/** The members of an argument that are known now. */
export function knownMembers(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
