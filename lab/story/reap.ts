import { nodeName } from "../../chef";
import { registrationOf } from "./chef-view";
import type { Step } from "./context";
import { describeGroup } from "./group-view";
import { queueDepth } from "./queue-view";
import { releaseReaper } from "./reaper-control";

/** The reaper reads the queue: node and client of the terminated instance are removed, those of the others stay. */
export const reap: Step = {
  name: "reap",
  title: "the reaper removes node and client",
  async run(context) {
    const lab = context.fact("lab");
    const { autoScalingGroupName: groupName, queueUrl, deadLetterQueueUrl } = context.fact("outputs").groups.web;
    const dead = context.fact("terminated");
    const before = await registrationOf(lab, groupName, dead);
    if (before !== "converged") {
      throw new Error(`before the reaper ran, the Chef server should know ${dead} as converged, it said: ${before}`);
    }
    const reaper = await releaseReaper(context);
    await context.wait(`node and client of ${dead} to be removed`, 150, async () => {
      const [registration, depth] = [await registrationOf(lab, groupName, dead), await queueDepth(lab.aws, queueUrl)];
      const done = registration === "nothing" && depth === 0;
      return { seen: `${dead}: ${registration}, queue ${depth}`, found: done || undefined };
    });
    const { inService } = await describeGroup(lab.aws, groupName);
    for (const id of inService) {
      const registration = await registrationOf(lab, groupName, id);
      if (registration !== "converged") {
        throw new Error(`${id} lives, but the Chef server knows of it: ${registration}`);
      }
    }
    const dropped = await queueDepth(lab.aws, deadLetterQueueUrl);
    if (dropped > 0) {
      throw new Error(`${dropped} messages are in the dead-letter queue, expected none`);
    }
    return `${nodeName(groupName, dead)} gone by the ${reaper}, ${inService.length} other kept, queue empty`;
  },
};
