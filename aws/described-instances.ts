import { type EC2Client, type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { forEachBounded } from "../common/concurrency";
import { batchesOf } from "./batches";
import { instancesIn } from "./pages";

/** EC2's limit of values in one filter. A filter is used instead of ids, because one unknown id would fail the whole call. */
const BATCH = 200;
/** Concurrent calls; EC2 allows about 20 a second. */
const CALLS = 4;

/** Called for each batch, with the requested ids and the instances that EC2 knows; unknown ids are not in the map. */
export type TakeDescribed = (ids: readonly string[], known: ReadonlyMap<string, Instance>) => void;

/**
 * Asks EC2 about instances by their ids, in batches, so that only a few batches are in memory at a time.
 *
 * @param signal aborts it, including the calls in progress
 * @throws if EC2 does not respond, or the signal aborts it
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
