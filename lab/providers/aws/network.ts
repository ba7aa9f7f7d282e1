import * as sdk from "@aws-sdk/client-ec2";
import type { Properties } from "../values";
import { retag, tagged } from "./ec2-tags";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { flag, needText, text } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { securityGroupRule } from "./security-group-rule";
import { plain } from "./shape";

const vpc: ResourceType = {
  inputs: plain("cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "tags"),
  required: ["cidrBlock"],
  defaults: { enableDnsSupport: true },
  replaces: ["cidrBlock", "instanceTenancy"],
  computed: ["arn", "defaultSecurityGroupId", "ownerId"],
  async create(call, inputs) {
    const answer = await call.clients.ec2.send(
      new sdk.CreateVpcCommand({
        CidrBlock: needText(inputs, "cidrBlock"),
        InstanceTenancy: text(inputs, "instanceTenancy") as sdk.Tenancy | undefined,
        TagSpecifications: tagged("vpc", inputs),
      }),
    );
    const id = needText(outputs({ ...answer.Vpc }), "VpcId");
    await nameHosts(call, id, inputs);
    return id;
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    if (changed("enableDnsHostnames", "enableDnsSupport")) await nameHosts(call, id, inputs);
    if (changed("tags", "tagsAll")) await retag(call, id, oldInputs, inputs);
  },
  async read(call, id) {
    const answer = await unlessGone(call.clients.ec2.send(new sdk.DescribeVpcsCommand({ VpcIds: [id] })));
    const found = answer?.Vpcs?.[0];
    if (found === undefined) return undefined;
    const Filters = [
      { Name: "vpc-id", Values: [id] },
      { Name: "group-name", Values: ["default"] },
    ];
    const { SecurityGroups } = await call.clients.ec2.send(new sdk.DescribeSecurityGroupsCommand({ Filters }));
    const arn = `arn:aws:ec2:${call.region}:${found.OwnerId}:vpc/${id}`;
    return outputs({ arn, ownerId: found.OwnerId, defaultSecurityGroupId: SecurityGroups?.[0]?.GroupId });
  },
  async delete(call, id) {
    await unlessGone(call.clients.ec2.send(new sdk.DeleteVpcCommand({ VpcId: id })));
  },
};

/** AWS accepts only one of the two settings per call. */
async function nameHosts(call: Call, VpcId: string, inputs: Properties): Promise<void> {
  const settings = { EnableDnsSupport: "enableDnsSupport", EnableDnsHostnames: "enableDnsHostnames" };
  for (const [name, input] of Object.entries(settings)) {
    const Value = flag(inputs, input);
    if (Value === undefined) continue;
    await call.clients.ec2.send(new sdk.ModifyVpcAttributeCommand({ VpcId, [name]: { Value } }));
  }
}

const subnet: ResourceType = {
  inputs: plain("availabilityZone", "availabilityZoneId", "cidrBlock", "mapPublicIpOnLaunch", "tags", "vpcId"),
  required: ["vpcId"],
  defaults: { mapPublicIpOnLaunch: false },
  replaces: ["availabilityZone", "availabilityZoneId", "cidrBlock", "vpcId"],
  computed: ["arn", "availabilityZone", "availabilityZoneId", "ownerId"],
  async create(call, inputs) {
    const answer = await call.clients.ec2.send(
      new sdk.CreateSubnetCommand({
        AvailabilityZone: text(inputs, "availabilityZone"),
        AvailabilityZoneId: text(inputs, "availabilityZoneId"),
        CidrBlock: text(inputs, "cidrBlock"),
        VpcId: needText(inputs, "vpcId"),
        TagSpecifications: tagged("subnet", inputs),
      }),
    );
    const id = needText(outputs({ ...answer.Subnet }), "SubnetId");
    await giveAddresses(call, id, inputs);
    return id;
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    if (changed("mapPublicIpOnLaunch")) await giveAddresses(call, id, inputs);
    if (changed("tags", "tagsAll")) await retag(call, id, oldInputs, inputs);
  },
  async read(call, id) {
    const answer = await unlessGone(call.clients.ec2.send(new sdk.DescribeSubnetsCommand({ SubnetIds: [id] })));
    const found = answer?.Subnets?.[0];
    if (found === undefined) return undefined;
    const { SubnetArn: arn, AvailabilityZone: availabilityZone, AvailabilityZoneId: availabilityZoneId } = found;
    return outputs({ arn, availabilityZone, availabilityZoneId, ownerId: found.OwnerId, vpcId: found.VpcId });
  },
  async delete(call, id) {
    await unlessGone(call.clients.ec2.send(new sdk.DeleteSubnetCommand({ SubnetId: id })));
  },
};

async function giveAddresses(call: Call, SubnetId: string, inputs: Properties): Promise<void> {
  const MapPublicIpOnLaunch = { Value: flag(inputs, "mapPublicIpOnLaunch") === true };
  await call.clients.ec2.send(new sdk.ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch }));
}

/** VPCs, subnets, and security group rules as separate resources. */
export const NETWORK: ResourceTypes = {
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule("egress"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule("ingress"),
};
