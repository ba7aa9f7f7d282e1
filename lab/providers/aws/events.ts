import * as sdk from "@aws-sdk/client-eventbridge";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { flag, needText, text } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { droppedTags, tagList } from "./tags";

const DEFAULT_BUS = "default";

const rule: ResourceType = {
  inputs: plain(
    ...["description", "eventBusName", "eventPattern", "forceDestroy", "name", "namePrefix", "roleArn"],
    ...["scheduleExpression", "state", "tags"],
  ),
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false, state: "ENABLED" },
  replaces: ["eventBusName", "name", "namePrefix"],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    await putRule(call, inputs);
    return needText(inputs, "name");
  },
  async update(call, { inputs, oldInputs, oldOutputs, changed }) {
    await putRule(call, inputs);
    if (!changed("tags", "tagsAll")) return;
    const ResourceARN = needText(oldOutputs, "arn");
    const TagKeys = droppedTags(oldInputs, inputs);
    if (TagKeys.length > 0) await call.clients.events.send(new sdk.UntagResourceCommand({ ResourceARN, TagKeys }));
    await call.clients.events.send(new sdk.TagResourceCommand({ ResourceARN, Tags: tagList(inputs) }));
  },
  async read(call, id, inputs) {
    const request = { Name: id, EventBusName: text(inputs, "eventBusName") };
    const found = await unlessGone(call.clients.events.send(new sdk.DescribeRuleCommand(request)));
    return found && outputs({ arn: found.Arn, name: found.Name, state: found.State });
  },
  async delete(call, id, state) {
    const request = { Name: id, EventBusName: text(state, "eventBusName"), Force: flag(state, "forceDestroy") };
    await unlessGone(call.clients.events.send(new sdk.DeleteRuleCommand(request)));
  },
};

async function putRule(call: Call, inputs: Properties): Promise<void> {
  const tags = tagList(inputs);
  await call.clients.events.send(
    new sdk.PutRuleCommand({
      Name: needText(inputs, "name"),
      Description: text(inputs, "description"),
      EventBusName: text(inputs, "eventBusName"),
      EventPattern: text(inputs, "eventPattern"),
      RoleArn: text(inputs, "roleArn"),
      ScheduleExpression: text(inputs, "scheduleExpression"),
      State: text(inputs, "state") as sdk.RuleState,
      Tags: tags.length === 0 ? undefined : tags,
    }),
  );
}

const target: ResourceType = {
  inputs: {
    ...plain("arn", "eventBusName", "forceDestroy", "input", "inputPath", "roleArn", "rule", "targetId"),
    deadLetterConfig: plain("arn"),
    retryPolicy: plain("maximumEventAgeInSeconds", "maximumRetryAttempts"),
  },
  required: ["arn", "rule"],
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false },
  replaces: ["eventBusName", "rule", "targetId"],
  automaticName: { key: "targetId" },
  computed: [],
  async create(call, inputs) {
    await putTarget(call, inputs);
    return `${needText(inputs, "rule")}-${needText(inputs, "targetId")}`;
  },
  async update(call, { inputs }) {
    await putTarget(call, inputs);
  },
  async read(call, _, inputs) {
    const request = { Rule: needText(inputs, "rule"), EventBusName: text(inputs, "eventBusName") };
    const answer = await unlessGone(call.clients.events.send(new sdk.ListTargetsByRuleCommand(request)));
    const found = answer?.Targets?.find((one) => one.Id === text(inputs, "targetId"));
    return found && outputs({ arn: found.Arn, targetId: found.Id });
  },
  async delete(call, _, state) {
    const request = { Rule: needText(state, "rule"), EventBusName: text(state, "eventBusName") };
    const Ids = [needText(state, "targetId")];
    await unlessGone(call.clients.events.send(new sdk.RemoveTargetsCommand({ ...request, Ids })));
  },
};

async function putTarget(call: Call, inputs: Properties): Promise<void> {
  const deadLetters = inputs.deadLetterConfig as Properties | undefined;
  const retry = inputs.retryPolicy as Properties | undefined;
  const answer = await call.clients.events.send(
    new sdk.PutTargetsCommand({
      Rule: needText(inputs, "rule"),
      EventBusName: text(inputs, "eventBusName"),
      Targets: [
        {
          Id: needText(inputs, "targetId"),
          Arn: needText(inputs, "arn"),
          Input: text(inputs, "input"),
          InputPath: text(inputs, "inputPath"),
          RoleArn: text(inputs, "roleArn"),
          DeadLetterConfig: deadLetters && { Arn: text(deadLetters, "arn") },
          RetryPolicy: retry && {
            MaximumEventAgeInSeconds: retry.maximumEventAgeInSeconds as number | undefined,
            MaximumRetryAttempts: retry.maximumRetryAttempts as number | undefined,
          },
        },
      ],
    }),
  );
  const [failed] = answer.FailedEntries ?? [];
  if (failed) throw new Error(`the target of rule '${needText(inputs, "rule")}' was refused: ${failed.ErrorMessage}`);
}

/** EventBridge, which belongs to the module `cloudwatch` in @pulumi/aws. */
export const EVENTS: ResourceTypes = {
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": target,
};
