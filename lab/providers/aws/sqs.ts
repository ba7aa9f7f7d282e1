import * as sdk from "@aws-sdk/client-sqs";
import { equal, type Properties, type Value } from "../values";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { needText } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { allTags, droppedTags, liveTags } from "./tags";

const ATTRIBUTES: Record<string, sdk.QueueAttributeName> = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  delaySeconds: "DelaySeconds",
  fifoQueue: "FifoQueue",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

const queue: ResourceType = {
  inputs: plain("name", "namePrefix", "tags", ...Object.keys(ATTRIBUTES)),
  replaces: ["name", "namePrefix", "fifoQueue"],
  automaticName: { suffix: (inputs) => (inputs.fifoQueue === true ? ".fifo" : "") },
  computed: ["arn", "url"],
  async create(call, inputs) {
    const given = Object.keys(ATTRIBUTES).filter((key) => inputs[key] !== undefined && inputs[key] !== false);
    const Attributes = Object.fromEntries(given.map((key) => [ATTRIBUTES[key], String(inputs[key])]));
    const request = { QueueName: needText(inputs, "name"), Attributes, tags: allTags(inputs) };
    const answer = await call.clients.sqs.send(new sdk.CreateQueueCommand(request));
    return needText(outputs({ ...answer }), "QueueUrl");
  },
  async update(call, { id, inputs, oldInputs, changed }) {
    const keys = Object.keys(ATTRIBUTES).filter((key) => changed(key));
    const Attributes = Object.fromEntries(keys.map((key) => [ATTRIBUTES[key], String(inputs[key] ?? "")]));
    if (keys.length > 0) await call.clients.sqs.send(new sdk.SetQueueAttributesCommand({ QueueUrl: id, Attributes }));
    if (!changed("tags", "tagsAll")) return;
    const TagKeys = droppedTags(oldInputs, inputs);
    if (TagKeys.length > 0) await call.clients.sqs.send(new sdk.UntagQueueCommand({ QueueUrl: id, TagKeys }));
    const Tags = allTags(inputs);
    if (Object.keys(Tags).length > 0) await call.clients.sqs.send(new sdk.TagQueueCommand({ QueueUrl: id, Tags }));
  },
  async read(call, id, inputs) {
    const found = await attributesOf(call, id);
    if (found === undefined) return undefined;
    const { Tags = {} } = await call.clients.sqs.send(new sdk.ListQueueTagsCommand({ QueueUrl: id }));
    const name = found.QueueArn?.split(":").pop();
    return outputs({ arn: found.QueueArn, url: id, name, ...told(found, inputs), ...liveTags(Tags, inputs) });
  },
  async delete(call, id) {
    await unlessGone(call.clients.sqs.send(new sdk.DeleteQueueCommand({ QueueUrl: id })));
  },
};

/** The queue's attributes that the program sets, with the names and types that the program uses. */
function told(found: Readonly<Record<string, string>>, inputs: Properties): Properties {
  const given = Object.entries(ATTRIBUTES).filter(
    ([key, name]) => inputs[key] !== undefined && found[name] !== undefined,
  );
  return Object.fromEntries(given.map(([key, name]) => [key, like(inputs[key], found[name] as string)]));
}

/** Converts an attribute's text to the type of the input. AWS formats JSON differently, which the original does not treat as a change. */
function like(given: Value | undefined, found: string): Value {
  if (typeof given === "number") return Number(found);
  if (typeof given === "boolean") return found === "true";
  return typeof given === "string" && isSameJson(given, found) ? given : found;
}

function isSameJson(one: string, other: string): boolean {
  try {
    return equal(JSON.parse(one), JSON.parse(other));
  } catch {
    return false;
  }
}

async function attributesOf(call: Call, url: string): Promise<Record<string, string> | undefined> {
  const request = new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  const answer = await unlessGone(call.clients.sqs.send(request));
  return answer && (answer.Attributes ?? {});
}

/** A resource that consists of one attribute of a queue. */
function queueAttribute(key: string): ResourceType {
  const name = ATTRIBUTES[key];
  const set = async (call: Call, QueueUrl: string, value: string) => {
    await call.clients.sqs.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } }));
  };
  return {
    inputs: plain("queueUrl", key),
    required: ["queueUrl", key],
    replaces: ["queueUrl"],
    computed: [],
    async create(call, inputs: Properties) {
      const url = needText(inputs, "queueUrl");
      await set(call, url, needText(inputs, key));
      return url;
    },
    async update(call, { id, inputs }) {
      await set(call, id, needText(inputs, key));
    },
    async read(call, id, inputs) {
      const found = await attributesOf(call, id);
      // moto does not return this attribute, so it is enough that the queue exists
      if (name === "RedriveAllowPolicy") return found && { queueUrl: id };
      const value = found?.[name as string];
      // As in the original: without the attribute the resource does not exist, even if its queue does
      return value ? { queueUrl: id, [key]: like(inputs[key], value) } : undefined;
    },
    async delete(call, id) {
      await unlessGone(set(call, id, ""));
    },
  };
}

export const SQS: ResourceTypes = {
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queueAttribute("policy"),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": queueAttribute("redriveAllowPolicy"),
  "aws:sqs/redrivePolicy:RedrivePolicy": queueAttribute("redrivePolicy"),
};
