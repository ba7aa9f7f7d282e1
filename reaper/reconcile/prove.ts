import { type AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { batchesOf } from "../../aws/batches";
import { isChefError } from "../../chef/chef-error";
import { isHopeless } from "../../chef/group";
import { nodeName } from "../../chef/names";
import { forEachBounded } from "../../common/concurrency";
import { askById } from "../instances/ask-by-id";
import { judge, type Verdict } from "../instances/evidence";
import type { GroupFacts } from "../instances/group-facts";
import { findInHistory } from "../instances/history";
import { stateIn } from "../instances/instance-state";
import type { ReconcileOptions, ReconcileServices } from "./options";

/** AWS's limit for one call. */
const BATCH = 50;

/** Instances that Auto Scaling still has in some group, with their state: whatever EC2 says, they are not left over. */
export async function findListed(
  autoScaling: AutoScalingClient,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const listed = new Map<string, string>();
  for (const InstanceIds of batchesOf(ids, BATCH)) {
    signal?.throwIfAborted();
    const command = new DescribeAutoScalingInstancesCommand({ InstanceIds });
    const { AutoScalingInstances = [] } = await autoScaling.send(command, { abortSignal: signal });
    for (const { InstanceId = "", LifecycleState = "listed" } of AutoScalingInstances) {
      listed.set(InstanceId, LifecycleState);
    }
  }
  return listed;
}

/**
 * Evaluates each instance that EC2's list does not contain; one whose node the Chef server does not return is kept.
 *
 * @throws if AWS does not respond, or the Chef server fails in a way that would affect the others too
 */
export async function judgeDoubtful(
  ids: readonly string[],
  facts: GroupFacts,
  options: ReconcileOptions,
  services: ReconcileServices,
): Promise<ReadonlyMap<string, Verdict>> {
  const { group, concurrency = 8, signal } = options;
  const history = await findInHistory(services.autoScaling, group, ids, signal);
  const verdicts = new Map<string, Verdict>();
  for (const some of batchesOf(ids, BATCH)) {
    const states = await askById(services.ec2, some, signal);
    await forEachBounded(some, concurrency, async (instanceId) => {
      signal?.throwIfAborted();
      // A response without the instance proves nothing and throws.
      const { gone, name } = stateIn(states, instanceId);
      const lastSeen = history.get(instanceId);
      const alive: Verdict = { verdict: "kept", why: `EC2 now reports the instance as ${name}` };
      verdicts.set(instanceId, gone ? await judgeGone(instanceId, lastSeen, facts, options, services) : alive);
      services.onProgress?.({ step: "prove", done: verdicts.size, total: ids.length });
    });
  }
  return verdicts;
}

async function judgeGone(
  instanceId: string,
  lastSeen: number | undefined,
  facts: GroupFacts,
  { group, graceSeconds }: ReconcileOptions,
  { chef, now }: ReconcileServices,
): Promise<Verdict> {
  try {
    const node = await chef.getNode(nodeName(group, instanceId));
    return judge({ instanceId, node, lastSeen }, facts, now(), graceSeconds);
  } catch (error) {
    if (!isChefError(error) || isHopeless(error)) throw error;
    return { verdict: "kept", why: `its node could not be read: ${error.message}` };
  }
}
