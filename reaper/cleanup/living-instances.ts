import { type EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { batchesOf } from "../../aws/batches";
import { describeInstances } from "../../aws/described-instances";
import { instancesIn, itemsOf } from "../../aws/pages";
import { askById } from "../instances/ask-by-id";
import { classify } from "../instances/classify";
import { stateIn } from "../instances/instance-state";

/** Instances that EC2's list lacks, in one call. */
const BATCH = 100;

/** Ids of a group's instances that are not terminated yet, by the tag that Auto Scaling sets. */
export async function livingInstances(ec2: EC2Client, groupName: string): Promise<string[]> {
  const Filters = [
    { Name: "tag:aws:autoscaling:groupName", Values: [groupName] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped", "shutting-down"] },
  ];
  const instances = await itemsOf(paginateDescribeInstances({ client: ec2 }, { Filters }), instancesIn);
  return instances.map(({ InstanceId = "unnamed" }) => InstanceId);
}

/**
 * Which of these instances are alive, with their EC2 state. The tag is not sufficient: an instance that is detached loses it and keeps
 * running. An instance that is shutting down does not count, as for the reaper, since nothing brings it back. That EC2's list lacks an
 * instance proves nothing: EC2 must say of each id that it does not exist.
 *
 * @throws if EC2 does not respond, or its response neither contains an instance nor says that it does not exist
 */
export async function livingAmong(ec2: EC2Client, instanceIds: readonly string[]): Promise<Map<string, string>> {
  const living = new Map<string, string>();
  const unlisted: string[] = [];
  await describeInstances(ec2, instanceIds, (ids, known) => {
    for (const id of ids) {
      const instance = known.get(id);
      if (instance === undefined) unlisted.push(id);
      else if (classify(instance, 0, 0) === "living") living.set(id, instance.State?.Name ?? "in no state");
    }
  });
  for (const ids of batchesOf(unlisted, BATCH)) {
    const states = await askById(ec2, ids);
    for (const id of ids) {
      const { gone, name } = stateIn(states, id);
      if (!gone) living.set(id, name);
    }
  }
  return living;
}
