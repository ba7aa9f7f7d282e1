import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { isCidr } from "../../aws/cidr";
import type { ChefConnection } from "../connection/chef-connection";
import type { ValidationIssue } from "../validation/issues";
import { knownMembers, type Permission, permissionIssues } from "./security-group-rules";

/** Outbound traffic of the instances. */
export interface EgressRule {
  /** `-1` means every protocol, with all its ports. @default "tcp" */
  readonly protocol?: "tcp" | "udp" | "icmp" | "icmpv6" | "-1";
  /** First port; for ICMP the type, -1 for all. @default every port with `-1`, every type with ICMP; otherwise required */
  readonly fromPort?: number;
  /** @default fromPort */
  readonly toPort?: number;
  /** IPv4 destinations. @default none */
  readonly cidrBlocks?: readonly string[];
  /** IPv6 destinations. @default none */
  readonly ipv6CidrBlocks?: readonly string[];
  /** Prefix lists, such as that of a gateway endpoint for S3. @default none */
  readonly prefixListIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Security groups, such as that of interface endpoints. @default none */
  readonly securityGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** @default none */
  readonly description?: string;
}

export function egressArgs(rule: EgressRule): aws.types.input.ec2.SecurityGroupEgress {
  const protocol = rule.protocol ?? "tcp";
  const [fromPort, toPort] = portsOf(rule);
  return {
    protocol,
    fromPort,
    toPort,
    cidrBlocks: rule.cidrBlocks && [...rule.cidrBlocks],
    ipv6CidrBlocks: rule.ipv6CidrBlocks && [...rule.ipv6CidrBlocks],
    prefixListIds: rule.prefixListIds,
    securityGroups: rule.securityGroupIds,
    description: rule.description,
  };
}

function portsOf({ protocol = "tcp", fromPort, toPort }: EgressRule): [number, number] {
  if (protocol === "-1") return [0, 0];
  if (protocol.startsWith("icmp")) return [fromPort ?? -1, toPort ?? -1];
  return [fromPort ?? Number.NaN, toPort ?? fromPort ?? Number.NaN];
}

interface Beside {
  readonly chef: Pick<ChefConnection, "serverUrl" | "httpsProxy">;
  readonly securityGroupIds?: unknown;
}

export function egressIssues(
  egress: readonly EgressRule[] | undefined,
  { chef, securityGroupIds }: Beside,
): ValidationIssue[] {
  if (!egress) return [];
  const property = "instance.egress";
  const wrong = [
    ...egress.flatMap((rule, index) => ruleIssues(rule, `${property}.${index}`)),
    ...permissionIssues(egress.map((rule, index) => permissionOf(rule, `${property}.${index}`))),
  ];
  if (securityGroupIds) {
    const fix = "put the rules into the security groups that you give, or give none";
    wrong.push({ property, value: egress, expected: "either 'instance.egress' or 'securityGroupIds'", fix });
  }
  // A missing or not yet known address is reported by the connection
  const urls = [chef.serverUrl, chef.httpsProxy].filter((url) => url !== undefined);
  if (wrong.length > 0 || !urls.every((url) => URL.canParse(url))) return wrong;
  const missing = neededPorts(chef).filter((port) => !egress.some((rule) => lets(rule, port)));
  return missing.map((port): ValidationIssue => {
    const expected = `a rule for TCP port ${port}, with which a first boot reaches AWS and the Chef server`;
    return { property, value: egress, expected, fix: "add it, for their addresses, endpoints or prefix lists" };
  });
}

/** The ports of AWS and of the Chef server. With a proxy, the proxy's port replaces the server's; endpoints still need that of AWS. */
function neededPorts({ serverUrl, httpsProxy }: Beside["chef"]): number[] {
  return httpsProxy ? portsIn(httpsProxy) : [...new Set([443, ...portsIn(serverUrl)])];
}

/** None if it is not a URL, which the connection's own validation reports. */
function portsIn(url: string): number[] {
  if (!URL.canParse(url)) return [];
  const { port, protocol } = new URL(url);
  return [port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)];
}

function lets(rule: EgressRule, port: number): boolean {
  const { protocol = "tcp" } = rule;
  const [from, to] = portsOf(rule);
  return protocol === "-1" || (protocol === "tcp" && from <= port && port <= to);
}

function permissionOf(rule: EgressRule, property: string): Permission {
  const { protocol = "tcp", cidrBlocks = [], ipv6CidrBlocks = [], prefixListIds, securityGroupIds, description } = rule;
  const others = [...knownMembers(prefixListIds), ...knownMembers(securityGroupIds)];
  return {
    property,
    protocol,
    ports: portsOf(rule),
    peers: [...cidrBlocks, ...ipv6CidrBlocks, ...others],
    description,
  };
}

function ruleIssues(rule: EgressRule, property: string): ValidationIssue[] {
  const { protocol = "tcp", cidrBlocks = [], ipv6CidrBlocks = [], prefixListIds, securityGroupIds } = rule;
  const [from, to] = portsOf(rule);
  const wrong: ValidationIssue[] = [];
  const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65_535;
  if ((protocol === "tcp" || protocol === "udp") && !(isPort(from) && isPort(to) && from <= to)) {
    const fix = "give fromPort and a toPort not below it";
    wrong.push({ property, value: rule, expected: "ports 0 to 65535 in order", fix });
  }
  if (cidrBlocks.length + ipv6CidrBlocks.length === 0 && !prefixListIds && !securityGroupIds) {
    const fix = "give cidrBlocks, ipv6CidrBlocks, prefixListIds or securityGroupIds";
    wrong.push({ property, value: rule, expected: "at least one destination", fix });
  }
  const strange = [
    ...cidrBlocks.filter((block) => !isCidr(block, "IPv4")),
    ...ipv6CidrBlocks.filter((block) => !isCidr(block, "IPv6")),
  ];
  if (strange.length === 0) return wrong;
  const fix = "write 192.0.2.7/32 or 2001:db8::7/128 for one address";
  return [...wrong, { property, value: strange, expected: "address ranges of the matching family", fix }];
}
