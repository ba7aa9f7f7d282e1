import { type EC2Client, type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { batchesOf } from "./batches";
import { forEachBounded } from "./concurrency";
import { instancesIn } from "./pages";

/** Values that EC2 takes in one filter. By filter, and not by id: one unknown id would fail a whole call. */
const BATCH = 200;
/** Calls at a time; EC2 lets about 20 a second pass. */
const CALLS = 4;

/** Told of each batch: the ids that were asked for, and what EC2 knows of them; what it does not know is not in the map. */
export type TakeDescribed = (ids: readonly string[], known: ReadonlyMap<string, Instance>) => void;

/**
 * Asks EC2 about instances by their ids, batch by batch, so that no more than a few batches are held at a time.
 * @param signal ends it, and the calls that are under way
 * @throws when EC2 does not answer, or the signal ends it
 */
export async function describeInstances(
  ec2: EC2Client,
  instanceIds: Iterable<string>,
  take: TakeDescribed,
  signal?: AbortSignal,
): Promise<void> {
  await forEachBounded(batchesOf(instanceIds, BATCH), CALLS, async (ids) => {
    take(ids, await describe(ec2, ids, signal));
  });
}

async function describe(
  ec2: EC2Client,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Instance>> {
  const known = new Map<string, Instance>();
  const Filters = [{ Name: "instance-id", Values: [...ids] }];
  signal?.throwIfAborted();
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters }, { abortSignal: signal })) {
    for (const instance of instancesIn(page)) known.set(instance.InstanceId ?? "", instance);
    signal?.throwIfAborted();
  }
  return known;
}
