import type { EC2Client } from "@aws-sdk/client-ec2";
import { describeInstanceStates, type InstanceState } from "./instance-state";

const MALFORMED: InstanceState = {
  gone: false,
  name: "unknown, since the id is malformed",
  cause: "not-understood",
};

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
  const [only = ""] = ids;
  try {
    return await describeInstanceStates(ec2, ids, signal);
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (ids.length === 1 && name === "InvalidInstanceID.Malformed") return new Map([[only, MALFORMED]]);
    if (ids.length === 1 || !name.startsWith("InvalidInstanceID")) throw error;
  }
  const middle = Math.ceil(ids.length / 2);
  const first = await askById(ec2, ids.slice(0, middle), signal);
  return new Map([...first, ...(await askById(ec2, ids.slice(middle), signal))]);
}
