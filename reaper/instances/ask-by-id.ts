import type { EC2Client } from "@aws-sdk/client-ec2";
import { describeInstanceStates, type InstanceState } from "./instance-state";

/**
 * EC2's word for each of some instances, asked for by their ids, so that it has to say of each that there is none. What it refuses
 * without saying for whom is asked for again in halves, so that one strange id keeps nobody else from being answered.
 * @throws when EC2 does not answer
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
