import * as ec2 from "@aws-sdk/client-ec2";
import type { Properties } from "../values";
import { FILTERS, filters, knowing, type Lookup, tagMap } from "./lookups";
import { outputs } from "./pascal";
import { flag, needText, text, texts } from "./reading";
import type { Call } from "./resource-type";
import { plain } from "./shape";

async function getAvailabilityZones({ clients, region }: Call, args: Properties): Promise<Properties> {
  const excluded = [...(texts(args, "excludeNames") ?? []), ...(texts(args, "excludeZoneIds") ?? [])];
  const state = text(args, "state");
  const answer = await clients.ec2.send(new ec2.DescribeAvailabilityZonesCommand({ Filters: filters(args) }));
  const found = (answer.AvailabilityZones ?? []).filter(
    (zone) =>
      !excluded.includes(zone.ZoneName ?? "") &&
      !excluded.includes(zone.ZoneId ?? "") &&
      (state === undefined || zone.State === state),
  );
  const [names, zoneIds] = [found.map((zone) => zone.ZoneName), found.map((zone) => zone.ZoneId)];
  return outputs({ id: region, names, zoneIds, region });
}

async function getVpc({ clients, region }: Call, args: Properties): Promise<Properties> {
  const id = text(args, "id");
  const Filters = [
    ...filters(args),
    ...given(args, { cidrBlock: "cidr", state: "state", dhcpOptionsId: "dhcp-options-id" }),
  ];
  if (flag(args, "default") !== undefined) Filters.push({ Name: "is-default", Values: [String(args.default)] });
  const request = { VpcIds: id === undefined ? undefined : [id], Filters };
  const found = (await clients.ec2.send(new ec2.DescribeVpcsCommand(request))).Vpcs ?? [];
  if (found.length !== 1)
    throw new Error(`${found.length} VPCs match ${JSON.stringify(args)}, expected one; name its 'id'`);
  const [vpc] = found;
  return outputs({
    id: vpc.VpcId,
    arn: `arn:aws:ec2:${region}:${vpc.OwnerId}:vpc/${vpc.VpcId}`,
    cidrBlock: vpc.CidrBlock,
    default: vpc.IsDefault,
    dhcpOptionsId: vpc.DhcpOptionsId,
    instanceTenancy: vpc.InstanceTenancy,
    ownerId: vpc.OwnerId,
    state: vpc.State,
    tags: tagMap(vpc.Tags),
    region,
  });
}

async function getSubnets({ clients, region }: Call, args: Properties): Promise<Properties> {
  const { Subnets = [] } = await clients.ec2.send(new ec2.DescribeSubnetsCommand({ Filters: filters(args) }));
  return outputs({ id: region, ids: Subnets.map((subnet) => subnet.SubnetId), region });
}

async function getInstanceType({ clients, region }: Call, args: Properties): Promise<Properties> {
  const InstanceType = needText(args, "instanceType") as ec2._InstanceType;
  const answer = await clients.ec2.send(new ec2.DescribeInstanceTypesCommand({ InstanceTypes: [InstanceType] }));
  const found = answer.InstanceTypes?.[0];
  return outputs({
    id: InstanceType,
    instanceType: InstanceType,
    hibernationSupported: found?.HibernationSupported,
    memorySize: found?.MemoryInfo?.SizeInMiB,
    region,
  });
}

/** Returns a filter for each of these arguments that is set. */
function given(args: Properties, names: Record<string, string>): ec2.Filter[] {
  return Object.entries(names).flatMap(([key, Name]) => (args[key] ? [{ Name, Values: [String(args[key])] }] : []));
}

async function getSubnet({ clients, region }: Call, args: Properties): Promise<Properties> {
  const id = text(args, "id");
  const named = { availabilityZone: "availability-zone", cidrBlock: "cidr-block", state: "state", vpcId: "vpc-id" };
  const request = {
    SubnetIds: id === undefined ? undefined : [id],
    Filters: [...filters(args), ...given(args, named)],
  };
  const found = (await clients.ec2.send(new ec2.DescribeSubnetsCommand(request))).Subnets ?? [];
  if (found.length !== 1)
    throw new Error(`${found.length} subnets match ${JSON.stringify(args)}, expected one; name its 'id'`);
  const [subnet] = found;
  return outputs({
    id: subnet.SubnetId,
    arn: subnet.SubnetArn,
    availabilityZone: subnet.AvailabilityZone,
    availabilityZoneId: subnet.AvailabilityZoneId,
    availableIpAddressCount: subnet.AvailableIpAddressCount,
    cidrBlock: subnet.CidrBlock,
    defaultForAz: subnet.DefaultForAz,
    mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch,
    ownerId: subnet.OwnerId,
    state: subnet.State,
    tags: tagMap(subnet.Tags),
    vpcId: subnet.VpcId,
    region,
  });
}

async function getRouteTables({ clients, region }: Call, args: Properties): Promise<Properties> {
  const Filters = [...filters(args), ...given(args, { vpcId: "vpc-id" })];
  const { RouteTables = [] } = await clients.ec2.send(new ec2.DescribeRouteTablesCommand({ Filters }));
  return outputs({ id: region, ids: RouteTables.map((table) => table.RouteTableId), region });
}

async function getRouteTable({ clients, region }: Call, args: Properties): Promise<Properties> {
  const id = text(args, "routeTableId");
  const named = { subnetId: "association.subnet-id", vpcId: "vpc-id", gatewayId: "association.gateway-id" };
  const request = {
    RouteTableIds: id === undefined ? undefined : [id],
    Filters: [...filters(args), ...given(args, named)],
  };
  const found = (await clients.ec2.send(new ec2.DescribeRouteTablesCommand(request))).RouteTables ?? [];
  if (found.length !== 1)
    throw new Error(
      `${found.length} route tables match ${JSON.stringify(args)}, expected one; name its 'routeTableId'`,
    );
  const [table] = found;
  const routes = (table.Routes ?? []).map((route) => ({
    cidrBlock: route.DestinationCidrBlock ?? "",
    ipv6CidrBlock: route.DestinationIpv6CidrBlock ?? "",
    gatewayId: route.GatewayId ?? "",
    natGatewayId: route.NatGatewayId ?? "",
  }));
  return outputs({
    id: table.RouteTableId,
    routeTableId: table.RouteTableId,
    ownerId: table.OwnerId,
    routes,
    tags: tagMap(table.Tags),
    vpcId: table.VpcId,
    region,
  });
}

export const NETWORK_FUNCTIONS: Readonly<Record<string, Lookup>> = {
  ...knowing(
    "aws:index/getAvailabilityZones:getAvailabilityZones",
    { ...plain("allAvailabilityZones", "excludeNames", "excludeZoneIds", "state"), filters: FILTERS.filters },
    getAvailabilityZones,
  ),
  ...knowing(
    "aws:ec2/getVpc:getVpc",
    { ...plain("cidrBlock", "default", "dhcpOptionsId", "id", "state"), ...FILTERS },
    getVpc,
  ),
  ...knowing("aws:ec2/getInstanceType:getInstanceType", plain("instanceType"), getInstanceType),
  ...knowing("aws:ec2/getSubnets:getSubnets", FILTERS, getSubnets),
  ...knowing("aws:ec2/getRouteTables:getRouteTables", { ...plain("vpcId"), ...FILTERS }, getRouteTables),
  ...knowing(
    "aws:ec2/getRouteTable:getRouteTable",
    { ...plain("gatewayId", "routeTableId", "subnetId", "vpcId"), ...FILTERS },
    getRouteTable,
  ),
  ...knowing(
    "aws:ec2/getSubnet:getSubnet",
    {
      ...plain("availabilityZone", "availabilityZoneId", "cidrBlock", "defaultForAz", "id", "state", "vpcId"),
      ...FILTERS,
    },
    getSubnet,
  ),
};
