import * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { retag, some } from "./load-balancing-tags";
import { outputs } from "./pascal";
import { count, flag, needText, object, text } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain } from "./shape";
import { tagList } from "./tags";

export const targetGroup: ResourceType = {
  inputs: {
    ...plain("deregistrationDelay", "name", "namePrefix", "port", "protocol", "protocolVersion", "slowStart", "tags"),
    ...plain("targetType", "vpcId"),
    healthCheck: plain(
      ...["enabled", "healthyThreshold", "interval", "matcher", "path", "port", "protocol", "timeout"],
      "unhealthyThreshold",
    ),
    stickiness: plain("cookieDuration", "cookieName", "enabled", "type"),
  },
  defaults: { targetType: "instance" },
  replaces: ["name", "namePrefix", "port", "protocol", "protocolVersion", "targetType", "vpcId"],
  automaticName: {},
  computed: ["arn", "arnSuffix", "loadBalancerArns"],
  async create(call, inputs) {
    const answer = await call.clients.loadBalancing.send(
      new sdk.CreateTargetGroupCommand({
        ...health(inputs),
        Name: needText(inputs, "name"),
        Port: count(inputs, "port"),
        Protocol: text(inputs, "protocol") as sdk.ProtocolEnum | undefined,
        ProtocolVersion: text(inputs, "protocolVersion"),
        Tags: some(tagList(inputs)),
        TargetType: text(inputs, "targetType") as sdk.TargetTypeEnum,
        VpcId: text(inputs, "vpcId"),
      }),
    );
    const arn = needText(outputs({ ...answer.TargetGroups?.[0] }), "TargetGroupArn");
    await setAttributes(call, arn, inputs);
    return arn;
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    if (changed("healthCheck")) {
      const request = { ...health(inputs), TargetGroupArn: id };
      await call.clients.loadBalancing.send(new sdk.ModifyTargetGroupCommand(request));
    }
    if (changed("deregistrationDelay", "slowStart", "stickiness")) await setAttributes(call, id, inputs);
    if (changed("tags", "tagsAll")) await retag(call, id, oldInputs, inputs);
  },
  async read(call, id) {
    const request = new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [id] });
    const found = (await unlessGone(call.clients.loadBalancing.send(request)))?.TargetGroups?.[0];
    if (found === undefined) return undefined;
    const { TargetGroupArn: arn, TargetGroupName: name, LoadBalancerArns: loadBalancerArns } = found;
    return outputs({ arn, arnSuffix: id.split(":").pop(), name, loadBalancerArns });
  },
  async delete(call, id) {
    await unlessGone(call.clients.loadBalancing.send(new sdk.DeleteTargetGroupCommand({ TargetGroupArn: id })));
  },
};

function health(inputs: Properties) {
  const check = object(inputs, "healthCheck");
  if (check === undefined) return {};
  const matcher = text(check, "matcher");
  return {
    HealthCheckEnabled: flag(check, "enabled"),
    HealthCheckIntervalSeconds: count(check, "interval"),
    HealthCheckPath: text(check, "path"),
    HealthCheckPort: text(check, "port"),
    HealthCheckProtocol: text(check, "protocol") as sdk.ProtocolEnum | undefined,
    HealthCheckTimeoutSeconds: count(check, "timeout"),
    HealthyThresholdCount: count(check, "healthyThreshold"),
    Matcher: matcher === undefined ? undefined : { HttpCode: matcher },
    UnhealthyThresholdCount: count(check, "unhealthyThreshold"),
  };
}

async function setAttributes(call: Call, TargetGroupArn: string, inputs: Properties): Promise<void> {
  const sticky = object(inputs, "stickiness") ?? {};
  const wanted = {
    "deregistration_delay.timeout_seconds": inputs.deregistrationDelay,
    "slow_start.duration_seconds": inputs.slowStart,
    "stickiness.enabled": sticky.enabled ?? (inputs.stickiness === undefined ? undefined : true),
    "stickiness.type": sticky.type,
    "stickiness.lb_cookie.duration_seconds": sticky.cookieDuration,
    "stickiness.app_cookie.cookie_name": sticky.cookieName,
  };
  const Attributes = Object.entries(wanted).flatMap(([Key, value]) =>
    value === undefined ? [] : [{ Key, Value: String(value) }],
  );
  if (Attributes.length === 0) return;
  const request = new sdk.ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes });
  await call.clients.loadBalancing.send(request);
}
