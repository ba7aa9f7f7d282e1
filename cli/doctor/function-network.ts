import { lookup } from "node:dns/promises";
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type RouteTable,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { awsClient } from "../../aws/client";
import { describeError } from "../command/describe-error";
import { settingsIn } from "../target/function-settings";
import { type Check, skipped } from "./check";
import { type Called, judgeNetwork, type SeenNetwork } from "./network-ways";

/** Whether a function in a VPC can reach what it calls; no check for a function outside a VPC, which reaches every public address. */
export async function checkNetwork(
  { VpcConfig = {}, Environment: { Variables = {} } = {} }: FunctionConfiguration,
  region: string | undefined,
): Promise<Check[]> {
  const { SubnetIds = [], SecurityGroupIds = [], VpcId } = VpcConfig;
  if (SubnetIds.length === 0) return [];
  try {
    const seen = await networkOf(awsClient(EC2Client, region), String(VpcId), SubnetIds, SecurityGroupIds);
    return [judgeNetwork(seen, await calledBy(Variables))];
  } catch (error) {
    return [skipped("network", `it could not be checked: ${describeError(error)}`)];
  }
}

async function networkOf(
  ec2: EC2Client,
  vpcId: string,
  subnetIds: readonly string[],
  securityGroupIds: readonly string[],
): Promise<SeenNetwork> {
  const inVpc = [{ Name: "vpc-id", Values: [vpcId] }];
  const [{ Subnets = [] }, { RouteTables = [] }, { VpcEndpoints = [] }, { SecurityGroups = [] }] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: [...subnetIds] }] })),
    ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc })),
    ec2.send(new DescribeVpcEndpointsCommand({ Filters: inVpc })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-id", Values: [...securityGroupIds] }] })),
  ]);
  const there = subnetIds.filter((id) => Subnets.some(({ SubnetId }) => SubnetId === id));
  const groups = securityGroupIds.filter((id) => SecurityGroups.some(({ GroupId }) => GroupId === id));
  return {
    subnets: there.map((id) => ({ id, routes: tableOf(id, RouteTables)?.Routes ?? [] })),
    missing: [...subnetIds, ...securityGroupIds].filter((id) => !there.includes(id) && !groups.includes(id)),
    endpoints: VpcEndpoints.filter(takesUsualNames).map(({ ServiceName = "" }) => ServiceName.split(".").at(-1) ?? ""),
    securityGroups: SecurityGroups,
  };
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
function tableOf(subnetId: string, tables: readonly RouteTable[]): RouteTable | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnetId));
  return own ?? tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
}

/** @see https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html */
function takesUsualNames({ VpcEndpointType, State, PrivateDnsEnabled }: VpcEndpoint): boolean {
  return VpcEndpointType === "Interface" && State?.toLowerCase() === "available" && PrivateDnsEnabled === true;
}

/** What the reaper calls; with a proxy, only the proxy, which reaches the rest. */
async function calledBy(variables: Readonly<Record<string, string>>): Promise<Called> {
  const { serverUrl = "", key } = settingsIn(variables);
  const proxy = variables.HTTPS_PROXY;
  const url = new URL(proxy ?? serverUrl);
  const keeper = key && "secretId" in key ? "secretsmanager" : "ssm";
  const host = url.hostname;
  return {
    services: proxy === undefined ? ["ec2", "autoscaling", "sqs", keeper] : [],
    host,
    port: Number(url.port || (url.protocol === "http:" ? 80 : 443)),
    address: await lookup(host, 4).then(
      ({ address }) => address,
      () => undefined,
    ),
  };
}
