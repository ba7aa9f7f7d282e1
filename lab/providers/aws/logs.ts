import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { count, flag, needText, text } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { allTags, droppedTags } from "./tags";

const logGroup: ResourceType = {
  inputs: plain("kmsKeyId", "name", "namePrefix", "retentionInDays", "skipDestroy", "tags"),
  defaults: { skipDestroy: false },
  replaces: ["name", "namePrefix", "kmsKeyId"],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    const logGroupName = needText(inputs, "name");
    const request = { logGroupName, kmsKeyId: text(inputs, "kmsKeyId"), tags: allTags(inputs) };
    await call.clients.logs.send(new sdk.CreateLogGroupCommand(request));
    await keepFor(call, logGroupName, inputs);
    return logGroupName;
  },
  async update(call, { id, inputs, oldInputs, oldOutputs, changed }) {
    if (changed("retentionInDays")) await keepFor(call, id, inputs);
    if (!changed("tags", "tagsAll")) return;
    const resourceArn = needText(oldOutputs, "arn");
    const tagKeys = droppedTags(oldInputs, inputs);
    if (tagKeys.length > 0) await call.clients.logs.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys }));
    await call.clients.logs.send(new sdk.TagResourceCommand({ resourceArn, tags: allTags(inputs) }));
  },
  async read(call, id) {
    const answer = await call.clients.logs.send(new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const found = answer.logGroups?.find((one) => one.logGroupName === id);
    return (
      found && outputs({ arn: found.arn?.replace(/:\*$/, ""), name: id, retentionInDays: found.retentionInDays ?? 0 })
    );
  },
  async delete(call, id, state) {
    if (flag(state, "skipDestroy")) return;
    await unlessGone(call.clients.logs.send(new sdk.DeleteLogGroupCommand({ logGroupName: id })));
  },
};

async function keepFor(call: Call, logGroupName: string, inputs: Properties): Promise<void> {
  const retentionInDays = count(inputs, "retentionInDays") ?? 0;
  if (retentionInDays > 0) {
    await call.clients.logs.send(new sdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  } else {
    await unlessGone(call.clients.logs.send(new sdk.DeleteRetentionPolicyCommand({ logGroupName })));
  }
}

export const LOGS: ResourceTypes = { "aws:cloudwatch/logGroup:LogGroup": logGroup };
