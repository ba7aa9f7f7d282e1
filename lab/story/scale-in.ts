import type { Step } from "./context";
import { describeGroup } from "./group-view";
import { peek } from "./queue-view";
import { holdReaper } from "./reaper-control";
import { assertCause, waitForAlarm } from "./scale-out";

const terminated = "autoscaling:EC2_INSTANCE_TERMINATE";

/** The load ends, an instance is terminated, and its notification waits in the queue. */
export const scaleIn: Step = {
  name: "scale in",
  title: "the load ends",
  async run(context) {
    const { aws } = context.fact("lab");
    const { autoScalingGroupName: groupName, queueUrl } = context.fact("outputs").groups.web;
    await holdReaper(context);
    const before = await describeGroup(aws, groupName);
    await context.fact("load").stop();
    const alarm = await waitForAlarm(context, "in", groupName);
    const gone = await context.wait("an instance to be terminated", 180, async () => {
      const { all, desired } = await describeGroup(aws, groupName);
      const [left] = before.all.filter((id) => !all.includes(id));
      return { seen: `alarm fired, desired ${desired}, ${all.length} instances`, found: left };
    });
    await assertCause(context, groupName, alarm);
    await context.wait(`the TERMINATE message of ${gone} in the queue`, 60, async () => {
      const messages = await peek(aws, queueUrl);
      const found = messages.some(({ event, instanceId }) => event === terminated && instanceId === gone) || undefined;
      return {
        seen: messages.map(({ event, instanceId }) => `${event} ${instanceId}`).join(", ") || "queue empty",
        found,
      };
    });
    context.know("terminated", gone);
    return `${alarm} fired, ${gone} terminated, its message is in SQS`;
  },
};
