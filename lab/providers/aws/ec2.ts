import * as sdk from "@aws-sdk/client-ec2";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { launchConfiguration } from "./launch-configuration";
import { launchTemplate } from "./launch-template";
import { outputs } from "./pascal";
import { count, flag, needText, objects, text, texts } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { droppedTags, tagList } from "./tags";

const RULE = plain(
  "cidrBlocks",
  "description",
  "fromPort",
  "ipv6CidrBlocks",
  "prefixListIds",
  "protocol",
  "securityGroups",
  "self",
  "toPort",
);

const securityGroup: ResourceType = {
  inputs: {
    ...plain("description", "name", "namePrefix", "revokeRulesOnDelete", "tags", "vpcId"),
    ingress: RULE,
    egress: RULE,
  },
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  replaces: ["description", "name", "namePrefix", "vpcId"],
  automaticName: {},
  computed: ["arn", "ownerId", "vpcId"],
  async create(call, inputs) {
    const tags = tagList(inputs);
    const answer = await call.clients.ec2.send(
      new sdk.CreateSecurityGroupCommand({
        GroupName: needText(inputs, "name"),
        Description: text(inputs, "description"),
        VpcId: text(inputs, "vpcId"),
        TagSpecifications: tags.length === 0 ? undefined : [{ ResourceType: "security-group", Tags: tags }],
      }),
    );
    const id = needText(outputs({ ...answer }), "GroupId");
    // AWS creates a group with a rule that allows all outbound traffic. Replace it by the program's own rules.
    await setEgress(call, id, (await describe(call, id))?.IpPermissionsEgress ?? [], rules(inputs, "egress", id));
    await setIngress(call, id, [], rules(inputs, "ingress", id));
    return id;
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    if (changed("ingress")) await setIngress(call, id, rules(oldInputs, "ingress", id), rules(inputs, "ingress", id));
    if (changed("egress")) await setEgress(call, id, rules(oldInputs, "egress", id), rules(inputs, "egress", id));
    if (!changed("tags", "tagsAll")) return;
    const dropped = droppedTags(oldInputs, inputs).map((Key) => ({ Key }));
    if (dropped.length > 0) await call.clients.ec2.send(new sdk.DeleteTagsCommand({ Resources: [id], Tags: dropped }));
    await call.clients.ec2.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: tagList(inputs) }));
  },
  async read(call, id) {
    const found = await describe(call, id);
    const arn = `arn:aws:ec2:${call.region}:${found?.OwnerId}:security-group/${id}`;
    return found && outputs({ arn, name: found.GroupName, ownerId: found.OwnerId, vpcId: found.VpcId });
  },
  async delete(call, id) {
    await unlessGone(call.clients.ec2.send(new sdk.DeleteSecurityGroupCommand({ GroupId: id })));
  },
};

async function describe(call: Call, id: string): Promise<sdk.SecurityGroup | undefined> {
  const answer = await unlessGone(call.clients.ec2.send(new sdk.DescribeSecurityGroupsCommand({ GroupIds: [id] })));
  return answer?.SecurityGroups?.[0];
}

function rules(inputs: Properties, key: "ingress" | "egress", ownId: string): sdk.IpPermission[] {
  return objects(inputs, key).map((rule) => {
    const Description = text(rule, "description");
    const groups = [...(texts(rule, "securityGroups") ?? []), ...(flag(rule, "self") ? [ownId] : [])];
    return {
      IpProtocol: protocol(needText(rule, "protocol")),
      FromPort: count(rule, "fromPort"),
      ToPort: count(rule, "toPort"),
      IpRanges: texts(rule, "cidrBlocks")?.map((CidrIp) => ({ CidrIp, Description })),
      Ipv6Ranges: texts(rule, "ipv6CidrBlocks")?.map((CidrIpv6) => ({ CidrIpv6, Description })),
      PrefixListIds: texts(rule, "prefixListIds")?.map((PrefixListId) => ({ PrefixListId, Description })),
      UserIdGroupPairs: groups.map((GroupId) => ({ GroupId, Description })),
    };
  });
}

function protocol(name: string): string {
  return name === "all" ? "-1" : name;
}

async function setIngress(
  call: Call,
  GroupId: string,
  before: sdk.IpPermission[],
  after: sdk.IpPermission[],
): Promise<void> {
  const client = call.clients.ec2;
  if (before.length > 0)
    await client.send(new sdk.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: before }));
  if (after.length > 0)
    await client.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: after }));
}

async function setEgress(
  call: Call,
  GroupId: string,
  before: sdk.IpPermission[],
  after: sdk.IpPermission[],
): Promise<void> {
  const client = call.clients.ec2;
  if (before.length > 0)
    await client.send(new sdk.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: before }));
  if (after.length > 0)
    await client.send(new sdk.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: after }));
}

export const EC2: ResourceTypes = {
  "aws:ec2/launchConfiguration:LaunchConfiguration": launchConfiguration,
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
};
