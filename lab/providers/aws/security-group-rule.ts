import * as sdk from "@aws-sdk/client-ec2";
import type { Properties } from "../values";
import { tagged } from "./ec2-tags";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { count, needText, text } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain } from "./shape";

const RULE = [
  ...["cidrIpv4", "cidrIpv6", "description", "fromPort", "ipProtocol", "prefixListId"],
  ...["referencedSecurityGroupId", "securityGroupId", "toPort", "tags"],
];

/** A security group rule as a separate resource. Every change replaces it. */
export function securityGroupRule(direction: "ingress" | "egress"): ResourceType {
  return {
    inputs: plain(...RULE),
    required: ["ipProtocol", "securityGroupId"],
    replaces: RULE,
    computed: ["arn", "securityGroupRuleId"],
    create: async (call, inputs) => authorize(call, direction, inputs),
    async read(call, id) {
      const found = await find(call, id);
      return found && outputs({ arn: found.SecurityGroupRuleArn ?? "", securityGroupRuleId: id });
    },
    async delete(call, id, state) {
      if ((await find(call, id)) === undefined) return;
      const request = { GroupId: needText(state, "securityGroupId"), SecurityGroupRuleIds: [id] };
      const client = call.clients.ec2;
      if (direction === "ingress") await client.send(new sdk.RevokeSecurityGroupIngressCommand(request));
      else await client.send(new sdk.RevokeSecurityGroupEgressCommand(request));
    },
  };
}

async function authorize(call: Call, direction: "ingress" | "egress", inputs: Properties): Promise<string> {
  const TagSpecifications = tagged("security-group-rule", inputs);
  const request = {
    GroupId: needText(inputs, "securityGroupId"),
    IpPermissions: [permission(inputs)],
    TagSpecifications,
  };
  const answer =
    direction === "ingress"
      ? await call.clients.ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand(request))
      : await call.clients.ec2.send(new sdk.AuthorizeSecurityGroupEgressCommand(request));
  return needText(outputs({ ...answer.SecurityGroupRules?.[0] }), "SecurityGroupRuleId");
}

function permission(inputs: Properties): sdk.IpPermission {
  const Description = text(inputs, "description");
  const one = <Name extends string>(Name: Name, input: string) => {
    const value = text(inputs, input);
    return value === undefined ? undefined : [{ [Name]: value, Description }];
  };
  return {
    IpProtocol: needText(inputs, "ipProtocol"),
    FromPort: count(inputs, "fromPort"),
    ToPort: count(inputs, "toPort"),
    IpRanges: one("CidrIp", "cidrIpv4"),
    Ipv6Ranges: one("CidrIpv6", "cidrIpv6"),
    PrefixListIds: one("PrefixListId", "prefixListId"),
    UserIdGroupPairs: one("GroupId", "referencedSecurityGroupId"),
  };
}

async function find(call: Call, id: string): Promise<sdk.SecurityGroupRule | undefined> {
  const request = new sdk.DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] });
  const answer = await unlessGone(call.clients.ec2.send(request));
  return answer?.SecurityGroupRules?.find((one) => one.SecurityGroupRuleId === id);
}
