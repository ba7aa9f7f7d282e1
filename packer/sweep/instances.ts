import {
  type EC2Client,
  type Instance,
  paginateDescribeInstances,
  TerminateInstancesCommand,
  waitUntilInstanceTerminated,
} from "@aws-sdk/client-ec2";
import { instancesIn, itemsOf } from "../../aws/pages";
import { unlessGone } from "../../aws/unless-gone";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell } from "./leftover";

const TERMINATION_SECONDS = 600;

/** A bake's instance as the account shows it, also for the hour or so after its end. */
export interface BakeInstance extends Leftover {
  readonly living: boolean;
}

/** Every instance that a bake's tag is on. */
export async function bakeInstances(ec2: EC2Client): Promise<BakeInstance[]> {
  const Filters = [{ Name: "tag-key", Values: [TAG.bake] }];
  const instances = await itemsOf(paginateDescribeInstances({ client: ec2 }, { Filters }), instancesIn);
  // The instances of a group carry no tag of the bake, but an operator may have copied one
  return instances.filter(isTemporary).map((instance) => bakeInstance(ec2, instance));
}

function isTemporary({ Tags = [] }: Instance): boolean {
  return Tags.some(({ Key }) => Key === TAG.node);
}

function bakeInstance(ec2: EC2Client, instance: Instance): BakeInstance {
  const id = instance.InstanceId ?? "";
  const state = instance.State?.Name;
  return {
    kind: "instance",
    id,
    ...tagsTell(instance.Tags, instance.LaunchTime),
    living: state !== "terminated" && state !== "shutting-down",
    remove: (signal) => terminate(ec2, id, signal),
  };
}

/** Until it has really ended, its security group and its volumes cannot be removed. */
async function terminate(ec2: EC2Client, id: string, signal?: AbortSignal): Promise<void> {
  await unlessGone(
    ec2
      .send(new TerminateInstancesCommand({ InstanceIds: [id] }))
      .then(() =>
        waitUntilInstanceTerminated(
          { client: ec2, maxWaitTime: TERMINATION_SECONDS, minDelay: 1, maxDelay: 10, abortSignal: signal },
          { InstanceIds: [id] },
        ),
      ),
    /^InvalidInstanceID\.NotFound$/,
  );
}
