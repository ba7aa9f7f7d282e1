import { type AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { isChefError } from "../chef/chef-error";
import { forEachBounded } from "../chef/concurrency";
import { isHopeless } from "../chef/group";
import { nodeName } from "../chef/names";
import { describeInstanceState } from "../reaper/instance-state";
import { judge, type Verdict } from "./evidence";
import type { GroupFacts } from "./group-facts";
import { findInHistory } from "./history";
import type { ReconcileOptions, ReconcileServices } from "./options";

/** What AWS takes in one call. */
const BATCH = 50;

/** Instances that Auto Scaling still has in some group, with its word for their state: whatever EC2 says, they are not left over. */
export async function findListed(autoScaling: AutoScalingClient, ids: readonly string[]): Promise<Map<string, string>> {
  const listed = new Map<string, string>();
  for (let at = 0; at < ids.length; at += BATCH) {
    const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: ids.slice(at, at + BATCH) });
    const { AutoScalingInstances = [] } = await autoScaling.send(command);
    for (const { InstanceId = "", LifecycleState = "listed" } of AutoScalingInstances) {
      listed.set(InstanceId, LifecycleState);
    }
  }
  return listed;
}

/**
 * Judges each instance that EC2's list is without; one whose node the Chef server does not show is kept.
 * @throws when AWS does not answer, or the Chef server fails in a way that the next would meet too
 */
export async function judgeDoubtful(
  ids: readonly string[],
  facts: GroupFacts,
  { group, graceSeconds, concurrency = 8, signal }: ReconcileOptions,
  { chef, ec2, autoScaling, now, onProgress }: ReconcileServices,
): Promise<ReadonlyMap<string, Verdict>> {
  const history = await findInHistory(autoScaling, group, ids);
  const verdicts = new Map<string, Verdict>();
  await forEachBounded(ids, concurrency, async (instanceId) => {
    signal?.throwIfAborted();
    // Asked for by its id, so that EC2 has to say that there is none: an answer without it proves nothing and throws.
    const state = await describeInstanceState(ec2, instanceId);
    const why = `EC2 says now that the instance is ${state.name}`;
    const judged = async (): Promise<Verdict> => {
      const node = await chef.getNode(nodeName(group, instanceId));
      return judge({ instanceId, node, lastSeen: history.get(instanceId) }, facts, now(), graceSeconds);
    };
    verdicts.set(instanceId, state.gone ? await judged().catch(keptUnlessHopeless) : { verdict: "kept", why });
    onProgress?.({ step: "prove", done: verdicts.size, total: ids.length });
  });
  return verdicts;
}

function keptUnlessHopeless(error: unknown): Verdict {
  if (!isChefError(error) || isHopeless(error)) throw error;
  return { verdict: "kept", why: `its node could not be looked at: ${error.message}` };
}
