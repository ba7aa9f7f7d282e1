import * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { retag, some } from "./load-balancing-tags";
import { outputs, pascal, pick } from "./pascal";
import { count, flag, needText, object, objects, text, texts } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { tagList } from "./tags";
import { targetGroup } from "./target-group";

const loadBalancer: ResourceType = {
  inputs: plain(
    ...["enableDeletionProtection", "idleTimeout", "internal", "ipAddressType", "loadBalancerType", "name"],
    ...["namePrefix", "securityGroups", "subnets", "tags"],
  ),
  defaults: { enableDeletionProtection: false, idleTimeout: 60, internal: false, loadBalancerType: "application" },
  replaces: ["internal", "loadBalancerType", "name", "namePrefix"],
  automaticName: {},
  computed: ["arn", "arnSuffix", "dnsName", "vpcId", "zoneId"],
  async create(call, inputs) {
    const answer = await call.clients.loadBalancing.send(
      new sdk.CreateLoadBalancerCommand({
        Name: needText(inputs, "name"),
        IpAddressType: text(inputs, "ipAddressType") as sdk.IpAddressType | undefined,
        Scheme: flag(inputs, "internal") ? "internal" : "internet-facing",
        SecurityGroups: texts(inputs, "securityGroups"),
        Subnets: texts(inputs, "subnets"),
        Tags: some(tagList(inputs)),
        Type: text(inputs, "loadBalancerType") as sdk.LoadBalancerTypeEnum,
      }),
    );
    const arn = needText(outputs({ ...answer.LoadBalancers?.[0] }), "LoadBalancerArn");
    await setAttributes(call, arn, inputs);
    return arn;
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    const client = call.clients.loadBalancing;
    await setAttributes(call, id, inputs);
    if (changed("subnets")) {
      await client.send(new sdk.SetSubnetsCommand({ LoadBalancerArn: id, Subnets: texts(inputs, "subnets") }));
    }
    if (changed("securityGroups")) {
      const SecurityGroups = texts(inputs, "securityGroups") ?? [];
      await client.send(new sdk.SetSecurityGroupsCommand({ LoadBalancerArn: id, SecurityGroups }));
    }
    if (changed("tags", "tagsAll")) await retag(call, id, oldInputs, inputs);
  },
  async read(call, id) {
    const request = new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: [id] });
    const found = (await unlessGone(call.clients.loadBalancing.send(request)))?.LoadBalancers?.[0];
    if (found === undefined) return undefined;
    const { LoadBalancerArn: arn, LoadBalancerName: name, DNSName: dnsName } = found;
    const place = { vpcId: found.VpcId, zoneId: found.CanonicalHostedZoneId };
    return outputs({ arn, arnSuffix: id.split(":loadbalancer/")[1], name, dnsName, ...place });
  },
  async delete(call, id) {
    await unlessGone(call.clients.loadBalancing.send(new sdk.DeleteLoadBalancerCommand({ LoadBalancerArn: id })));
  },
};

async function setAttributes(call: Call, LoadBalancerArn: string, inputs: Properties): Promise<void> {
  const given = {
    "deletion_protection.enabled": "enableDeletionProtection",
    "idle_timeout.timeout_seconds": "idleTimeout",
  };
  const Attributes = Object.entries(given).map(([Key, input]) => ({ Key, Value: String(inputs[input]) }));
  await call.clients.loadBalancing.send(new sdk.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
}

const listener: ResourceType = {
  inputs: {
    ...plain("alpnPolicy", "certificateArn", "loadBalancerArn", "port", "protocol", "sslPolicy", "tags"),
    defaultActions: {
      ...plain("order", "targetGroupArn", "type"),
      fixedResponse: plain("contentType", "messageBody", "statusCode"),
      redirect: plain("host", "path", "port", "protocol", "query", "statusCode"),
    },
  },
  required: ["defaultActions", "loadBalancerArn"],
  replaces: ["loadBalancerArn"],
  computed: ["arn"],
  async create(call, inputs) {
    const LoadBalancerArn = needText(inputs, "loadBalancerArn");
    const request = { ...listening(inputs), LoadBalancerArn, Tags: some(tagList(inputs)) };
    const answer = await call.clients.loadBalancing.send(new sdk.CreateListenerCommand(request));
    return needText(outputs({ ...answer.Listeners?.[0] }), "ListenerArn");
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    await call.clients.loadBalancing.send(new sdk.ModifyListenerCommand({ ...listening(inputs), ListenerArn: id }));
    if (changed("tags", "tagsAll")) await retag(call, id, oldInputs, inputs);
  },
  async read(call, id) {
    const request = new sdk.DescribeListenersCommand({ ListenerArns: [id] });
    const found = (await unlessGone(call.clients.loadBalancing.send(request)))?.Listeners?.[0];
    return found && outputs({ arn: found.ListenerArn, port: found.Port, protocol: found.Protocol });
  },
  async delete(call, id) {
    await unlessGone(call.clients.loadBalancing.send(new sdk.DeleteListenerCommand({ ListenerArn: id })));
  },
};

function listening(inputs: Properties) {
  const certificate = text(inputs, "certificateArn");
  return {
    AlpnPolicy: text(inputs, "alpnPolicy") === undefined ? undefined : [needText(inputs, "alpnPolicy")],
    Certificates: certificate === undefined ? undefined : [{ CertificateArn: certificate }],
    Port: count(inputs, "port"),
    Protocol: text(inputs, "protocol") as sdk.ProtocolEnum | undefined,
    SslPolicy: text(inputs, "sslPolicy"),
    DefaultActions: objects(inputs, "defaultActions").map(action),
  };
}

function action(given: Properties): sdk.Action {
  const [fixed, redirect] = [object(given, "fixedResponse"), object(given, "redirect")];
  return {
    ...pascal<Pick<sdk.Action, "Order" | "TargetGroupArn">>(pick(given, "order", "targetGroupArn")),
    Type: needText(given, "type") as sdk.ActionTypeEnum,
    FixedResponseConfig: fixed && pascal<sdk.FixedResponseActionConfig>(fixed),
    RedirectConfig: redirect && pascal<sdk.RedirectActionConfig>(redirect),
  };
}

/** Elastic Load Balancing version 2, under both module names of @pulumi/aws. */
export const LOAD_BALANCING: ResourceTypes = Object.fromEntries(
  ["lb", "alb"].flatMap((module) => [
    [`aws:${module}/listener:Listener`, listener],
    [`aws:${module}/loadBalancer:LoadBalancer`, loadBalancer],
    [`aws:${module}/targetGroup:TargetGroup`, targetGroup],
  ]),
);
