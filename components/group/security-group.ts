import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { isCidr, isEverywhere } from "../../aws/cidr";
import { type EgressRule, egressArgs } from "../instance/egress";
import { knownMembers, type Permission, permissionIssues } from "../instance/security-group-rules";
import { vpcOf } from "../lookup/vpc";
import { merge } from "../pass-through/merge";
import type { PassedOn } from "../pass-through/pass-on";
import type { ValidationIssue } from "../validation/issues";

/** Inbound traffic that the instances accept. */
export interface IngressRule {
  /** Protocol. @default "tcp" */
  readonly protocol?: "tcp" | "udp";
  /** First port. */
  readonly fromPort: number;
  /** Last port. @default fromPort */
  readonly toPort?: number;
  /** IPv4 ranges that may connect. @default none */
  readonly cidrBlocks?: readonly string[];
  /** IPv6 ranges that may connect. @default none */
  readonly ipv6CidrBlocks?: readonly string[];
  /** Security groups whose members may connect, such as a load balancer's. @default none */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Description of the rule in AWS. @default none */
  readonly description?: string;
}

export interface SecurityGroupArgs {
  readonly groupName: string;
  /** The first one determines the VPC. @default the default VPC */
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly ingress: readonly IngressRule[];
  /** @default everything */
  readonly egress?: readonly EgressRule[];
  /** @default none */
  readonly passedOn?: PassedOn<"securityGroup">;
}

/** A security group that allows all outbound traffic by default, and only the inbound traffic of the given rules. */
export function createSecurityGroup(
  name: string,
  { groupName, subnetIds, ingress, egress, passedOn }: SecurityGroupArgs,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  return merge(
    "securityGroup",
    {
      description: `Instances of ${groupName}`,
      vpcId: subnetIds && vpcOf(subnetIds, parent),
      ingress: ingress.map(ingressArgs),
      egress: egress ? egress.map(egressArgs) : [EVERYTHING],
    },
    passedOn,
    (merged) => new aws.ec2.SecurityGroup(`${name}-security-group`, merged, { parent }),
  );
}

const EVERYTHING = {
  protocol: "-1",
  fromPort: 0,
  toPort: 0,
  cidrBlocks: ["0.0.0.0/0"],
  ipv6CidrBlocks: ["::/0"],
};

function ingressArgs(rule: IngressRule): aws.types.input.ec2.SecurityGroupIngress {
  return {
    protocol: rule.protocol ?? "tcp",
    fromPort: rule.fromPort,
    toPort: rule.toPort ?? rule.fromPort,
    cidrBlocks: rule.cidrBlocks && [...rule.cidrBlocks],
    ipv6CidrBlocks: rule.ipv6CidrBlocks && [...rule.ipv6CidrBlocks],
    securityGroups: rule.securityGroupIds,
    description: rule.description,
  };
}

/** Ports for remote login, which attackers probe. */
const LOGIN_PORTS = [22, 3389];

/** @param given whether security groups are given, in which case rules would have no effect */
export function ingressIssues(ingress: readonly IngressRule[] | undefined, given: boolean): ValidationIssue[] {
  if (!ingress) return [];
  const wrong = [
    ...ingress.flatMap((rule, index) => ruleIssues(rule, `ingress.${index}`)),
    ...permissionIssues(ingress.map(permissionOf)),
  ];
  if (!given) return wrong;
  const expected = "either 'ingress' or 'securityGroupIds'";
  const fix = "put the rules into the security groups that you give, or give none";
  return [...wrong, { property: "ingress", value: ingress, expected, fix }];
}

function permissionOf(rule: IngressRule, index: number): Permission {
  const { protocol = "tcp", fromPort, toPort = fromPort, description } = rule;
  const { cidrBlocks = [], ipv6CidrBlocks = [], securityGroupIds } = rule;
  const peers = [...cidrBlocks, ...ipv6CidrBlocks, ...knownMembers(securityGroupIds)];
  return { property: `ingress.${index}`, protocol, ports: [fromPort, toPort], peers, description };
}

function ruleIssues(rule: IngressRule, property: string): ValidationIssue[] {
  const { fromPort, toPort = fromPort, cidrBlocks = [], ipv6CidrBlocks = [], securityGroupIds } = rule;
  const wrong: ValidationIssue[] = [];
  if (![fromPort, toPort].every((port) => Number.isInteger(port) && port >= 0 && port <= 65_535) || fromPort > toPort) {
    const value = `${fromPort} to ${toPort}`;
    wrong.push({
      property,
      value,
      expected: "ports 0 to 65535 in order",
      fix: "give fromPort and a toPort not below it",
    });
  }
  if (cidrBlocks.length + ipv6CidrBlocks.length === 0 && !securityGroupIds) {
    const expected = "at least one source";
    wrong.push({ property, value: rule, expected, fix: "give cidrBlocks, ipv6CidrBlocks or securityGroupIds" });
  }
  const login = LOGIN_PORTS.find((port) => (rule.protocol ?? "tcp") === "tcp" && fromPort <= port && port <= toPort);
  if (login !== undefined && [...cidrBlocks, ...ipv6CidrBlocks].some(isEverywhere)) {
    const fix = "set 'sessionManager: true' for shells, or give the ranges that may connect";
    wrong.push({ property, value: rule, expected: `port ${login} closed to the public internet`, fix });
  }
  return [
    ...wrong,
    ...rangeIssues(cidrBlocks, "IPv4", `${property}.cidrBlocks`),
    ...rangeIssues(ipv6CidrBlocks, "IPv6", `${property}.ipv6CidrBlocks`),
  ];
}

function rangeIssues(blocks: readonly string[], family: "IPv4" | "IPv6", property: string): ValidationIssue[] {
  const value = blocks.filter((block) => !isCidr(block, family));
  if (value.length === 0) return [];
  const fix = `write ${family === "IPv4" ? "192.0.2.7/32" : "2001:db8::7/128"} for one address`;
  return [{ property, value, expected: `ranges of ${family} addresses`, fix }];
}
