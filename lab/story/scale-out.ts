import { waitForNodes } from "./boot";
import type { Step, StoryContext } from "./context";
import { alarmsOf, causesOf, describeGroup } from "./group-view";
import { startLoad } from "./load";

/** Real load in one instance: the alarm and the policy make the group grow. */
export const scaleOut: Step = {
  name: "scale out",
  title: "`stress -c 2` in one instance",
  async run(context) {
    const { aws } = context.fact("lab");
    const groupName = context.fact("outputs").groups.web.autoScalingGroupName;
    // Not the group as it is now: on a slow machine the boot alone may have triggered the alarm.
    const booted = context.fact("booted");
    context.know("load", await startLoad(context.fact("lab"), booted[0]));
    const alarm = await waitForAlarm(context, "out", groupName);
    await context.wait("the group to grow", 90, async () => {
      const { desired } = await describeGroup(aws, groupName);
      return { seen: `alarm fired, desired ${desired}`, found: desired > booted.length || undefined };
    });
    await assertCause(context, groupName, alarm);
    const after = await waitForNodes(context, booted.length + 1);
    return `${alarm} fired, group ${booted.length} → ${after.length}, the new instance is a node`;
  },
};

/** Waits until the alarm for this direction fires. @returns its name */
export async function waitForAlarm(context: StoryContext, direction: "out" | "in", groupName: string): Promise<string> {
  const { aws } = context.fact("lab");
  return context.wait(`the scale-${direction} alarm of '${groupName}'`, 240, async () => {
    const alarms = await alarmsOf(aws, groupName);
    const fired = alarms.find((alarm) => alarm.direction === direction && alarm.state === "ALARM");
    const cpu = context.fact("sampler").latest()?.cpu;
    const states = alarms.map(({ direction: to, state }) => `${to} ${state}`).join(", ");
    return {
      seen: `CPU ${cpu === undefined ? "unknown" : `${Math.round(cpu)} %`}, alarms: ${states}`,
      found: fired?.name,
    };
  });
}

/** The group's scaling activities must name this alarm as cause. The lab adds the activity once the launch hook is completed. */
export async function assertCause(context: StoryContext, groupName: string, alarm: string): Promise<void> {
  await context.wait(`a scaling activity of '${groupName}' that names '${alarm}'`, 60, async () => {
    const causes = await causesOf(context.fact("lab").aws, groupName);
    return { seen: `the newest says: ${causes[0]}`, found: causes.find((cause) => cause.includes(alarm)) };
  });
}
