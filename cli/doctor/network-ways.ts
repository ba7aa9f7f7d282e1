import { BlockList, isIPv4 } from "node:net";
import type { Route, SecurityGroup } from "@aws-sdk/client-ec2";
import { type Check, failed, ok, warning } from "./check";

/** A subnet with the routes of its route table: its own, or the VPC's main one. */
export interface RoutedSubnet {
  readonly id: string;
  readonly routes: readonly Route[];
}

/** A function's network, as AWS describes it. */
export interface SeenNetwork {
  readonly subnets: readonly RoutedSubnet[];
  /** Subnets and security groups that the function is configured with and EC2 does not know. */
  readonly missing: readonly string[];
  /** Services that have an interface endpoint with private DNS names: `sqs`. */
  readonly endpoints: readonly string[];
  readonly securityGroups: readonly Pick<SecurityGroup, "GroupId" | "IpPermissionsEgress">[];
}

/** What a reaper calls. */
export interface Called {
  /** AWS services, by the last part of their endpoint service names. */
  readonly services: readonly string[];
  /** The Chef server, or the proxy to it. */
  readonly host: string;
  readonly port: number;
  /** Its IPv4 address as this machine resolves it. @default not known */
  readonly address?: string;
}

const NAME = "network";

/** Whether a function's subnets can reach what it calls, as far as routes, endpoints and security groups show. */
export function judgeNetwork(seen: SeenNetwork, called: Called): Check {
  if (seen.missing.length > 0) {
    return failed(
      NAME,
      `${seen.missing.join(", ")} does not exist`,
      "set existing ones in 'reaper.vpc', then run pulumi up",
    );
  }
  const closed = portsOf(called).filter((port) => !seen.securityGroups.some((group) => letsOut(group, port)));
  if (seen.securityGroups.length > 0 && closed.length > 0) {
    const groups = seen.securityGroups.map(({ GroupId }) => GroupId).join(", ");
    return failed(
      NAME,
      `${groups} allows no outbound traffic to port ${closed.join(" and ")}`,
      "add an outbound rule to the reaper's security group",
    );
  }
  const cutOff = seen.subnets.flatMap((subnet) => withoutWay(subnet, seen, called));
  if (cutOff.length > 0) return failed(NAME, cutOff.join("; "), FIX);
  const { address, host } = called;
  const unrouted = address === undefined ? [] : seen.subnets.filter(({ routes }) => !isRouted(routes, address));
  if (unrouted.length > 0) {
    const message = `${unrouted.map(({ id }) => id).join(", ")} has no route to ${host}, which resolves to ${address} here`;
    return warning(NAME, message, "add a route, unless the name resolves to another address inside the VPC");
  }
  const left = address === undefined ? `; this machine cannot resolve ${host}` : "";
  return ok(NAME, `its subnets can reach what it calls through routes and endpoints${left}`);
}

/** AWS's services answer on port 443, the Chef server or the proxy on its own. */
function portsOf({ services, port }: Called): number[] {
  return [...new Set([...(services.length > 0 ? [443] : []), port])];
}

const FIX =
  "give its subnets a NAT gateway, or interface endpoints with private DNS; an internet gateway does not help, because a function has no public address";

function withoutWay({ id, routes }: RoutedSubnet, { endpoints }: SeenNetwork, { services }: Called): string[] {
  const out = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0");
  if (out && leads(out)) return [];
  const lacking = services.filter((service) => !endpoints.includes(service));
  if (lacking.length === 0) return [];
  const because = out === undefined ? "" : ` (${out.GatewayId ?? "its default route"} does not work for a function)`;
  return [`${id} cannot reach ${lacking.join(", ")}${because}`];
}

/** By the longest block that contains the address; a prefix list may contain it too. */
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

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: it only works for public addresses */
function leads({ State, GatewayId }: Route): boolean {
  return State !== "blackhole" && !GatewayId?.startsWith("igw-");
}

/** A gateway endpoint, for S3 or DynamoDB. */
function isEndpoint({ GatewayId }: Route): boolean {
  return GatewayId?.startsWith("vpce-") === true;
}

function letsOut({ IpPermissionsEgress = [] }: SeenNetwork["securityGroups"][number], port: number): boolean {
  return IpPermissionsEgress.some(({ IpProtocol, FromPort = 0, ToPort = 65_535 }) => {
    if (IpProtocol === "-1") return true;
    return (IpProtocol === "tcp" || IpProtocol === "6") && FromPort <= port && port <= ToPort;
  });
}
