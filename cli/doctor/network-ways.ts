import { BlockList, isIPv4 } from "node:net";
import type { Route, SecurityGroup } from "@aws-sdk/client-ec2";
import { type Check, failed, ok, warning } from "./check";

/** A subnet with the routes of its table, its own or else the VPC's main one. */
export interface RoutedSubnet {
  readonly id: string;
  readonly routes: readonly Route[];
}

/** A function's network, as AWS describes it. */
export interface SeenNetwork {
  readonly subnets: readonly RoutedSubnet[];
  /** Those that the function is told of and EC2 does not know. */
  readonly missing: readonly string[];
  /** Services with an interface endpoint that takes their usual names: `sqs`. */
  readonly endpoints: readonly string[];
  readonly securityGroups: readonly Pick<SecurityGroup, "GroupId" | "IpPermissionsEgress">[];
}

/** What a reaper calls. */
export interface Called {
  /** Services of AWS, by the end of their endpoints' names. */
  readonly services: readonly string[];
  /** The Chef server, or the proxy that leads there. */
  readonly host: string;
  readonly port: number;
  /** Its IPv4 address as this machine resolves it. @default not known */
  readonly address?: string;
}

const NAME = "network";

/** Whether what a function calls can be reached from its subnets, as far as routes, endpoints and security groups tell. */
export function judgeNetwork(seen: SeenNetwork, called: Called): Check {
  if (seen.missing.length > 0) {
    return failed(NAME, `${seen.missing.join(", ")} is not there`, "name others in 'reaper.vpc', then pulumi up");
  }
  if (seen.securityGroups.length > 0 && !seen.securityGroups.some((group) => letsOut(group, called.port))) {
    const groups = seen.securityGroups.map(({ GroupId }) => GroupId).join(", ");
    return failed(NAME, `${groups} lets nothing out to port ${called.port}`, "let the reaper's security group out");
  }
  const cutOff = seen.subnets.flatMap((subnet) => withoutWay(subnet, seen, called));
  if (cutOff.length > 0) return failed(NAME, cutOff.join("; "), FIX);
  const { address, host } = called;
  const unrouted = address === undefined ? [] : seen.subnets.filter(({ routes }) => !isRouted(routes, address));
  if (unrouted.length > 0) {
    const message = `no route leads from ${unrouted.map(({ id }) => id).join(", ")} to ${host}, which is ${address} here`;
    return warning(NAME, message, "route it, unless that name means another address inside of the VPC");
  }
  const left = address === undefined ? `; where ${host} is, this machine does not know` : "";
  return ok(NAME, `routes and endpoints lead from its subnets to what it calls${left}`);
}

const FIX =
  "give its subnets a NAT gateway, or interface endpoints with private DNS; an Internet gateway serves no function, which has no public address";

function withoutWay({ id, routes }: RoutedSubnet, { endpoints }: SeenNetwork, { services }: Called): string[] {
  const out = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0");
  if (out && leads(out)) return [];
  const lacking = services.filter((service) => !endpoints.includes(service));
  if (lacking.length === 0) return [];
  const because = out === undefined ? "" : ` (${out.GatewayId ?? "its default route"} leads nowhere)`;
  return [`nothing leads from ${id} to ${lacking.join(", ")}${because}`];
}

/** By the longest block that holds the address; a list of prefixes may hold it. */
function isRouted(routes: readonly Route[], address: string): boolean {
  const fitting = routes
    .filter(({ DestinationCidrBlock }) => DestinationCidrBlock && holds(DestinationCidrBlock, address))
    .sort((a, b) => lengthOf(b) - lengthOf(a));
  const [longest] = fitting;
  if (longest && leads(longest)) return true;
  return routes.some((route) => route.DestinationPrefixListId && leads(route) && !isEndpoint(route));
}

function holds(block: string, address: string): boolean {
  const [network = "", length = ""] = block.split("/");
  if (!isIPv4(network) || !isIPv4(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(length));
  return list.check(address);
}

function lengthOf({ DestinationCidrBlock = "" }: Route): number {
  return Number(DestinationCidrBlock.split("/")[1] ?? -1);
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: it serves public addresses alone */
function leads({ State, GatewayId }: Route): boolean {
  return State !== "blackhole" && !GatewayId?.startsWith("igw-");
}

/** Of S3 and DynamoDB. */
function isEndpoint({ GatewayId }: Route): boolean {
  return GatewayId?.startsWith("vpce-") === true;
}

function letsOut({ IpPermissionsEgress = [] }: SeenNetwork["securityGroups"][number], port: number): boolean {
  return IpPermissionsEgress.some(({ IpProtocol, FromPort = 0, ToPort = 65_535 }) => {
    if (IpProtocol === "-1") return true;
    return (IpProtocol === "tcp" || IpProtocol === "6") && FromPort <= port && port <= ToPort;
  });
}
