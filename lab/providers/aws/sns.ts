import * as sdk from "@aws-sdk/client-sns";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { needDocument, needText, text } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { droppedTags, tagList } from "./tags";

const TOPIC_ATTRIBUTES: Record<string, string> = {
  deliveryPolicy: "DeliveryPolicy",
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
};

const topic: ResourceType = {
  inputs: plain("name", "namePrefix", "tags", ...Object.keys(TOPIC_ATTRIBUTES)),
  replaces: ["name", "namePrefix"],
  automaticName: {},
  computed: ["arn", "owner"],
  async create(call, inputs) {
    const request = {
      Name: needText(inputs, "name"),
      Attributes: attributes(inputs, TOPIC_ATTRIBUTES),
      Tags: tagList(inputs),
    };
    const answer = await call.clients.sns.send(new sdk.CreateTopicCommand(request));
    return needText(outputs({ ...answer }), "TopicArn");
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    for (const [key, AttributeName] of Object.entries(TOPIC_ATTRIBUTES)) {
      if (!changed(key)) continue;
      const AttributeValue = text(inputs, key) ?? "";
      await call.clients.sns.send(new sdk.SetTopicAttributesCommand({ TopicArn: id, AttributeName, AttributeValue }));
    }
    if (!changed("tags", "tagsAll")) return;
    const TagKeys = droppedTags(oldInputs, inputs);
    if (TagKeys.length > 0) await call.clients.sns.send(new sdk.UntagResourceCommand({ ResourceArn: id, TagKeys }));
    await call.clients.sns.send(new sdk.TagResourceCommand({ ResourceArn: id, Tags: tagList(inputs) }));
  },
  async read(call, id) {
    const found = await topicAttributes(call, id);
    return found && outputs({ arn: id, owner: found.Owner, name: id.split(":").pop() });
  },
  async delete(call, id) {
    await unlessGone(call.clients.sns.send(new sdk.DeleteTopicCommand({ TopicArn: id })));
  },
};

function attributes(inputs: Properties, names: Record<string, string>): Record<string, string> {
  const given = Object.entries(names).filter(([key]) => inputs[key] !== undefined);
  return Object.fromEntries(given.map(([key, name]) => [name, String(inputs[key])]));
}

async function topicAttributes(call: Call, arn: string): Promise<Record<string, string> | undefined> {
  const answer = await unlessGone(call.clients.sns.send(new sdk.GetTopicAttributesCommand({ TopicArn: arn })));
  return answer && (answer.Attributes ?? {});
}

const topicPolicy: ResourceType = {
  inputs: plain("arn", "policy"),
  required: ["arn", "policy"],
  replaces: ["arn"],
  computed: ["owner"],
  async create(call, inputs) {
    await putTopicPolicy(call, inputs);
    return needText(inputs, "arn");
  },
  async update(call, { inputs }) {
    await putTopicPolicy(call, inputs);
  },
  async read(call, id) {
    const found = await topicAttributes(call, id);
    return found && outputs({ arn: id, owner: found.Owner });
  },
  async delete(call, id) {
    const found = await topicAttributes(call, id);
    if (found === undefined) return;
    // A topic always has a policy: the default one allows the owner everything.
    const AttributeValue = ownerPolicy(id, found.Owner ?? id.split(":")[4]);
    await call.clients.sns.send(
      new sdk.SetTopicAttributesCommand({ TopicArn: id, AttributeName: "Policy", AttributeValue }),
    );
  },
};

async function putTopicPolicy(call: Call, inputs: Properties): Promise<void> {
  const request = {
    TopicArn: needText(inputs, "arn"),
    AttributeName: "Policy",
    AttributeValue: needDocument(inputs, "policy"),
  };
  await call.clients.sns.send(new sdk.SetTopicAttributesCommand(request));
}

function ownerPolicy(arn: string, owner: string): string {
  const Condition = { StringEquals: { "AWS:SourceOwner": owner } };
  const statement = {
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["SNS:Publish", "SNS:Subscribe"],
    Resource: arn,
    Condition,
  };
  return JSON.stringify({ Version: "2008-10-17", Statement: [statement] });
}

const SUBSCRIPTION_ATTRIBUTES: Record<string, string> = {
  deliveryPolicy: "DeliveryPolicy",
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
  subscriptionRoleArn: "SubscriptionRoleArn",
};

const subscription: ResourceType = {
  inputs: plain("endpoint", "protocol", "topic", ...Object.keys(SUBSCRIPTION_ATTRIBUTES)),
  required: ["endpoint", "protocol", "topic"],
  defaults: { rawMessageDelivery: false },
  replaces: ["endpoint", "protocol", "topic"],
  computed: ["arn", "ownerId"],
  async create(call, inputs) {
    const answer = await call.clients.sns.send(
      new sdk.SubscribeCommand({
        TopicArn: needText(inputs, "topic"),
        Protocol: needText(inputs, "protocol"),
        Endpoint: needText(inputs, "endpoint"),
        Attributes: attributes(inputs, SUBSCRIPTION_ATTRIBUTES),
        ReturnSubscriptionArn: true,
      }),
    );
    return needText(outputs({ ...answer }), "SubscriptionArn");
  },
  async update(call, { id, inputs, changed }) {
    for (const [key, AttributeName] of Object.entries(SUBSCRIPTION_ATTRIBUTES)) {
      if (!changed(key)) continue;
      const AttributeValue = String(inputs[key] ?? "");
      await call.clients.sns.send(
        new sdk.SetSubscriptionAttributesCommand({ SubscriptionArn: id, AttributeName, AttributeValue }),
      );
    }
  },
  async read(call, id) {
    const answer = await unlessGone(
      call.clients.sns.send(new sdk.GetSubscriptionAttributesCommand({ SubscriptionArn: id })),
    );
    const found = answer?.Attributes;
    return (
      found && outputs({ arn: id, ownerId: found.Owner, pendingConfirmation: found.PendingConfirmation === "true" })
    );
  },
  async delete(call, id) {
    await unlessGone(call.clients.sns.send(new sdk.UnsubscribeCommand({ SubscriptionArn: id })));
  },
};

export const SNS: ResourceTypes = {
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
};
