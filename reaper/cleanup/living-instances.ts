import { type EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { describeInstances } from "../../aws/described-instances";
import { instancesIn, itemsOf } from "../../aws/pages";
import { classify } from "../instances/classify";

/** Ids of a group's instances that are not terminated yet, by the tag that Auto Scaling gives them. */
export async function livingInstances(ec2: EC2Client, groupName: string): Promise<string[]> {
  const Filters = [
    { Name: "tag:aws:autoscaling:groupName", Values: [groupName] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped", "shutting-down"] },
  ];
  const instances = await itemsOf(paginateDescribeInstances({ client: ec2 }, { Filters }), instancesIn);
  return instances.map(({ InstanceId = "unnamed" }) => InstanceId);
}

/**
 * Which of these instances live, with EC2's word for their state. The tag does not tell of all: an instance that is detached
 * loses it and runs on. One that is shutting down does not count, as for the reaper: nothing brings it back.
 */
export async function livingAmong(ec2: EC2Client, instanceIds: readonly string[]): Promise<Map<string, string>> {
  const living = new Map<string, string>();
  await describeInstances(ec2, instanceIds, (ids, known) => {
    for (const id of ids) {
      const instance = known.get(id);
      if (classify(instance, 0, 0) === "living") living.set(id, instance?.State?.Name ?? "in no state");
    }
  });
  return living;
}
