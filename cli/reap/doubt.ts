import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { AWS_TIMEOUTS } from "../../components/aws-timeouts";
import { type ChefClient, nodeName, usedElsewhere } from "../../components/chef";
import type { Termination } from "../../components/reaper/message/reading";
import { convergedAt, LIVES_SECONDS } from "../../components/reconcile/evidence";
import { describeGroup, type GroupFacts } from "../../components/reconcile/group-facts";
import { type AskState, askAws } from "./decide";

export interface Doubting {
  readonly chef: ChefClient;
  readonly region: string | undefined;
  /** Whether the group need not be there any more. */
  readonly groupDestroyed: boolean;
}

/**
 * As the reaper asks, but what EC2 does not know is not simply gone: an operator may ask in the wrong region or account,
 * where it would know none of the living either.
 */
export function askDoubting({ chef, region, groupDestroyed }: Doubting): AskState {
  const ask = askAws(region);
  const autoScaling = new AutoScalingClient({ ...AWS_TIMEOUTS, region });
  const known = new Map<string, Promise<GroupFacts | undefined>>();
  const factsOf = (group: string) => {
    const facts = known.get(group) ?? describeGroup(autoScaling, group);
    known.set(group, facts);
    return facts;
  };
  return async (termination) => {
    const state = await ask(termination);
    if (state.name !== "unknown") return state;
    const doubt = await doubtOf(termination, chef, await factsOf(termination.group), groupDestroyed);
    return doubt === undefined ? state : { gone: false, name: `not known to EC2 here, but ${doubt}` };
  };
}

async function doubtOf(
  { group, instanceId }: Termination,
  chef: ChefClient,
  facts: GroupFacts | undefined,
  groupDestroyed: boolean,
): Promise<string | undefined> {
  if (facts === undefined && !groupDestroyed) {
    return `neither is its group '${group}': check '--region' and credentials, or say '--group-destroyed'`;
  }
  const node = await chef.getNode(nodeName(group, instanceId));
  if (node === undefined) return undefined;
  const minutes = Math.floor((Date.now() - (convergedAt(node) ?? 0)) / 60_000);
  if (minutes < LIVES_SECONDS / 60) return `something converged as its node ${minutes} minutes ago`;
  return facts && usedElsewhere(node, { instanceId, ...facts })?.reason;
}
