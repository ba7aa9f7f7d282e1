import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ValidationIssue } from "../validation/issues";

/**
 * Whether instances with public addresses could be reached, or reach anything, in these subnets. A subnet is public if its route table, or
 * else the VPC's main route table, has a route to an internet gateway.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
 */
export function publicAddressIssues(
  subnetIds: pulumi.Input<pulumi.Input<string>[]>,
  parent: pulumi.Resource,
): pulumi.Output<ValidationIssue[]> {
  return pulumi.output(subnetIds).apply(async (ids) => {
    const routed = await Promise.all(ids.map((id) => isPublic(id, parent)));
    const hidden = ids.filter((_, index) => !routed[index]);
    if (hidden.length === 0) return [];
    const fix = "leave out 'publicAddress' if they have a NAT gateway, or use public subnets";
    const expected = "subnets with a route to an Internet gateway";
    return [{ property: "subnetIds", value: hidden, expected: `${expected} beside 'publicAddress'`, fix }];
  });
}

async function isPublic(subnetId: string, parent: pulumi.Resource): Promise<boolean> {
  const own = await routeTables([{ name: "association.subnet-id", values: [subnetId] }], parent);
  const [table] = own.length > 0 ? own : await mainTable(subnetId, parent);
  if (!table) return false;
  const { routes } = await aws.ec2.getRouteTable({ routeTableId: table }, { parent });
  return routes.some(({ gatewayId }) => gatewayId.startsWith("igw-"));
}

async function mainTable(subnetId: string, parent: pulumi.Resource): Promise<string[]> {
  const { vpcId } = await aws.ec2.getSubnet({ id: subnetId }, { parent });
  const main = { name: "association.main", values: ["true"] };
  return routeTables([{ name: "vpc-id", values: [vpcId] }, main], parent);
}

async function routeTables(filters: aws.ec2.GetRouteTablesArgs["filters"], parent: pulumi.Resource): Promise<string[]> {
  return (await aws.ec2.getRouteTables({ filters }, { parent })).ids;
}
