import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { awsClient } from "../../aws/client";
import { type ChefClient, type ChefNode, nodeName, usedElsewhere } from "../../chef";
import { convergedAt, ec2Text, regionOfNode } from "../../chef/node-place";
import { LIVES_SECONDS } from "../../reaper/instances/evidence";
import { describeGroup, type GroupFacts } from "../../reaper/instances/group-facts";
import { findInHistory } from "../../reaper/instances/history";
import { UNKNOWN } from "../../reaper/instances/instance-state";
import type { Termination } from "../../reaper/message/reading";
import { nearGroup } from "../target/near-group";
import type { Place } from "../target/place";
import { removedByHand, usedByAnother } from "./advice";
import type { AskState } from "./decide";

export interface Doubting {
  readonly chef: Pick<ChefClient, "getNode" | "getClient">;
  /** Like the reaper. */
  readonly ask: AskState;
  factsOf(group: string): Promise<GroupFacts | undefined>;
  /** Whether the group's scaling activities of the last six weeks name the instance. */
  isInHistory(group: string, instanceId: string): Promise<boolean>;
  /** A similar group name, as `did you mean 'web'?`, if there is one. */
  nearGroup(group: string): Promise<string | undefined>;
  /** Region and account that AWS is asked for. */
  place(): Promise<Pick<Place, "region" | "accountId">>;
  /** Whether the group may no longer exist. */
  readonly groupDestroyed: boolean;
}

/** Why an instance does not count as gone, and what to do. */
export interface Doubt {
  readonly why: string;
  readonly fix: string;
}

export interface Doubter {
  readonly ask: AskState;
  /** What to do if an instance does not count as gone. */
  fixOf(instanceId: string): string | undefined;
}

/** The AWS lookups for a doubtful instance. */
export function awsFacts(region: string | undefined): Pick<Doubting, "factsOf" | "isInHistory" | "nearGroup"> {
  const autoScaling = awsClient(AutoScalingClient, region);
  const known = new Map<string, Promise<GroupFacts | undefined>>();
  return {
    factsOf: (group) => {
      const facts = known.get(group) ?? describeGroup(autoScaling, group);
      known.set(group, facts);
      return facts;
    },
    nearGroup: (group) => nearGroup(autoScaling, group),
    isInHistory: async (group, id) => (await findInHistory(autoScaling, group, [id])).has(id),
  };
}

/**
 * Like the reaper, except that an instance that EC2 does not know does not simply count as gone: in the wrong region or account, EC2 would
 * know none of the living ones either. So the region must be proven first, whatever the flags are: by the group, if it exists; otherwise by
 * its scaling activities, or by where the node reports that it ran.
 */
export function askDoubting(doubting: Doubting): Doubter {
  const fixes = new Map<string, string>();
  return {
    fixOf: (instanceId) => fixes.get(instanceId),
    ask: async (termination) => {
      const state = await doubting.ask(termination);
      if (state.name !== UNKNOWN) return state;
      const doubt = await doubtOf(termination, doubting);
      if (doubt === undefined) return state;
      fixes.set(termination.instanceId, doubt.fix);
      return { gone: false, name: `not known to EC2 here, but ${doubt.why}` };
    },
  };
}

async function doubtOf(termination: Termination, doubting: Doubting): Promise<Doubt | undefined> {
  const { group, instanceId } = termination;
  const facts = await doubting.factsOf(group);
  const node = await doubting.chef.getNode(nodeName(group, instanceId));
  const minutes = Math.floor((Date.now() - (convergedAt((node ?? {}) as ChefNode) ?? 0)) / 60_000);
  if (minutes < LIVES_SECONDS / 60) {
    const why = `something converged under its node name ${minutes} minutes ago`;
    return { why, fix: `if nothing uses the node, run this again ${LIVES_SECONDS / 60} minutes after that` };
  }
  const here = facts ?? (await doubting.place());
  const elsewhere = usedElsewhere(node, { instanceId, ...here });
  if (elsewhere !== undefined) {
    const name = nodeName(group, instanceId);
    return {
      why: elsewhere.reason,
      fix: elsewhere.cause === "other-instance" ? usedByAnother(name) : fixOfPlace(node, here),
    };
  }
  return facts === undefined ? doubtOfDestroyed(termination, node, here, doubting) : undefined;
}

/** The group does not exist here, and may never have. */
async function doubtOfDestroyed(
  { group, instanceId }: Termination,
  node: ChefNode | undefined,
  { region, accountId }: Pick<Place, "region" | "accountId">,
  { chef, isInHistory, nearGroup, groupDestroyed }: Doubting,
): Promise<Doubt | undefined> {
  const here = `in ${region}, account ${accountId}`;
  const saysHere = node !== undefined && regionOfNode(node) === region && ec2Text(node, "account_id") === accountId;
  if (!saysHere && !(await isInHistory(group, instanceId))) {
    const meant = await nearGroup(group);
    const name = nodeName(group, instanceId);
    if (node === undefined && (await chef.getClient(name)) === undefined) {
      const why = `there is no group '${group}' ${here}, and there is neither a node nor a client '${name}'`;
      return {
        why,
        fix: `${meant ?? "check '--group' and '--region'"}; if they are right, nothing is left to remove`,
      };
    }
    return {
      why: `there is no group '${group}' ${here}, and there is no proof that the instance ever ran there`,
      fix:
        `${meant ? `${meant} else ` : ""}check '--region', '--group' and the credentials' account; ` +
        `if it is certainly gone, ${removedByHand(name)}`,
    };
  }
  if (groupDestroyed) return undefined;
  const why = `there is no group '${group}' ${here} any more`;
  return { why, fix: "the instance ran there: add '--group-destroyed'" };
}

function fixOfPlace(node: ChefNode | undefined, here: Pick<Place, "region" | "accountId">): string {
  const [region, account] = node ? [regionOfNode(node), ec2Text(node, "account_id")] : [];
  const words = [
    ...(region !== undefined && region !== here.region ? [`use '--region ${region}'`] : []),
    ...(account !== undefined && account !== here.accountId ? [`use credentials of the account ${account}`] : []),
  ];
  return `${words.join(" and ")}, where the node ran`;
}
