import type { EC2Client } from "@aws-sdk/client-ec2";
import { describeInstanceStates, type InstanceState } from "./instance-state";

/**
 * Asks EC2 for each instance by its id, so that it must report for each one that it does not exist. If EC2 refuses a request without naming
 * the instance, the request is split in halves, so that one unusual id does not affect the others.
 *
 * @throws if EC2 does not respond
 */
export async function askById(
  ec2: EC2Client,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, InstanceState>> {
  signal?.throwIfAborted();
  try {
    return await describeInstanceStates(ec2, ids, signal);
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith("InvalidInstanceID"))) throw error;
  }
  const [only = ""] = ids;
  if (ids.length === 1) {
    return new Map([[only, { gone: false, name: "unknown, since the id is malformed" }]]);
  }
  const middle = Math.ceil(ids.length / 2);
  const first = await askById(ec2, ids.slice(0, middle), signal);
  return new Map([...first, ...(await askById(ec2, ids.slice(middle), signal))]);
}
