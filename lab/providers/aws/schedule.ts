import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs } from "./pascal";
import { count, needText, text } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain } from "./shape";

/**
 * `aws:autoscaling/schedule:Schedule`. Times, recurrence and sizes are Optional and Computed in the original, so an update that does not
 * set them sends the values in the state, including the start time that AWS computed.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/autoscaling/schedule.go
 */
export const schedule: ResourceType = {
  inputs: {
    ...plain("autoscalingGroupName", "desiredCapacity", "endTime", "maxSize", "minSize", "recurrence"),
    ...plain("scheduledActionName", "startTime", "timeZone"),
  },
  required: ["autoscalingGroupName", "scheduledActionName"],
  replaces: ["autoscalingGroupName", "scheduledActionName"],
  computed: ["arn"],
  async create(call, inputs) {
    await put(call, inputs);
    return needText(inputs, "scheduledActionName");
  },
  async update(call, { inputs, oldOutputs }) {
    const kept = ["desiredCapacity", "endTime", "maxSize", "minSize", "recurrence", "startTime", "timeZone"];
    const old = Object.fromEntries(
      kept.map((key) => [key, oldOutputs[key]]).filter(([, value]) => value !== undefined),
    );
    await put(call, { ...old, ...inputs });
  },
  async read(call, id, inputs) {
    const target = { AutoScalingGroupName: needText(inputs, "autoscalingGroupName"), ScheduledActionNames: [id] };
    const answer = await unlessGone(call.clients.autoScaling.send(new sdk.DescribeScheduledActionsCommand(target)));
    const found = answer?.ScheduledUpdateGroupActions?.[0];
    return found && described(found);
  },
  async delete(call, id, state) {
    const target = { AutoScalingGroupName: needText(state, "autoscalingGroupName"), ScheduledActionName: id };
    await unlessGone(call.clients.autoScaling.send(new sdk.DeleteScheduledActionCommand(target)));
  },
};

/** The value with which @pulumi/aws says that a size stays unchanged. */
const UNCHANGED = -1;

function described(found: sdk.ScheduledUpdateGroupAction): Properties {
  return outputs({
    arn: found.ScheduledActionARN,
    desiredCapacity: found.DesiredCapacity ?? UNCHANGED,
    minSize: found.MinSize ?? UNCHANGED,
    maxSize: found.MaxSize ?? UNCHANGED,
    recurrence: found.Recurrence,
    startTime: found.StartTime && moment(found.StartTime),
    endTime: found.EndTime && moment(found.EndTime),
    timeZone: found.TimeZone,
  });
}

/** Formats a time as the original does, without milliseconds. */
function moment(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

async function put(call: Call, inputs: Properties): Promise<void> {
  const [start, end] = [text(inputs, "startTime"), text(inputs, "endTime")];
  await call.clients.autoScaling.send(
    new sdk.PutScheduledUpdateGroupActionCommand({
      AutoScalingGroupName: needText(inputs, "autoscalingGroupName"),
      ScheduledActionName: needText(inputs, "scheduledActionName"),
      DesiredCapacity: size(inputs, "desiredCapacity"),
      MinSize: size(inputs, "minSize"),
      MaxSize: size(inputs, "maxSize"),
      Recurrence: text(inputs, "recurrence"),
      StartTime: start === undefined ? undefined : new Date(start),
      EndTime: end === undefined ? undefined : new Date(end),
      TimeZone: text(inputs, "timeZone"),
    }),
  );
}

function size(inputs: Properties, key: string): number | undefined {
  const given = count(inputs, key);
  return given === UNCHANGED ? undefined : given;
}
