import { messageOf } from "../../aws/failure";
import {
  type ChefClient,
  type Deletion,
  instanceIdOf,
  isGroupName,
  isInstanceId,
  nodeName,
  type Removal,
  removeNodeAndClient,
} from "../../chef";
import { quote } from "../../chef/names";
import { isAnyDeleted } from "../../chef/removal";
import { didYouMean } from "../../common/did-you-mean";
import type { DeadLetterCause } from "../../reaper/message/dead-letter-cause";
import { UsageError } from "../command/exit";
import { fixOfRefusal } from "./advice";
import { type Decide, lookAtNodeAndClient } from "./decide";

/** An instance as given by the user: its id, or the name of its node. */
export interface NamedInstance {
  readonly instanceId: string;
  /** From the node's name. */
  readonly group?: string;
}

/** The result for one instance's node and client. */
export interface ReapedInstance {
  readonly instanceId: string;
  /** Name of node and client. */
  readonly name: string;
  readonly outcome: "removed" | "would-remove" | "absent" | "refused" | "failed" | "not-tried";
  readonly node?: Deletion;
  readonly client?: Deletion;
  readonly reason: string;
  /** Why it was refused, as a code. */
  readonly cause?: DeadLetterCause;
  /** What to do if it was refused. */
  readonly fix?: string;
}

/** @throws UsageError if it is neither an instance id nor the name of a node */
export function parseInstance(text: string, groups: readonly string[]): NamedInstance {
  if (isInstanceId(text)) return { instanceId: text };
  const own = groups.find((group) => instanceIdOf(group, text) !== undefined);
  const [, group, instanceId] = /^(.+)-(i-[0-9a-f]+)$/.exec(text) ?? [];
  if (!isGroupName(group) || !isInstanceId(instanceId)) {
    throw new UsageError(
      `${quote(text)} is not an instance: give its id, such as i-0123456789abcdef0, or the name of its node`,
    );
  }
  if (groups.length > 0 && own === undefined) {
    const meant = didYouMean(group, groups) ?? "name one of these, or give other outputs";
    throw new UsageError(
      `${quote(text)} belongs to the group '${group}', but the groups here are '${groups.join("', '")}'; ${meant}`,
    );
  }
  return { instanceId, group };
}

export interface ReapWork {
  readonly chef: ChefClient;
  readonly decide: Decide;
  readonly groups: readonly string[];
  readonly dryRun: boolean;
  /** What to do if an instance does not count as gone. */
  fixOf(instanceId: string): string | undefined;
}

/** Removes an instance's node and client if the reaper would. Never throws: a failure is an outcome too. */
export async function reapInstance({ instanceId, group }: NamedInstance, work: ReapWork): Promise<ReapedInstance> {
  try {
    const chosen = group ?? (await groupOf(instanceId, work));
    return await reapOfGroup(instanceId, chosen, work);
  } catch (error) {
    return { instanceId, name: instanceId, outcome: "failed", reason: messageOf(error) };
  }
}

/** Of several groups, the one for which the Chef server has a node or client of the instance. */
async function groupOf(instanceId: string, { chef, groups }: ReapWork): Promise<string> {
  const [first = "", ...others] = groups;
  for (const group of others.length > 0 ? groups : []) {
    const target = { name: nodeName(group, instanceId), instanceId };
    const { node, client } = await lookAtNodeAndClient(chef, target);
    if (node !== "absent" || client !== "absent") return group;
  }
  return first;
}

async function reapOfGroup(instanceId: string, group: string, work: ReapWork): Promise<ReapedInstance> {
  const { chef, decide, dryRun } = work;
  let removal: Removal | undefined;
  const remove = dryRun ? lookAtNodeAndClient : removeNodeAndClient;
  const decided = await decide.termination({ kind: "termination", group, instanceId }, async (target) => {
    removal = await remove(chef, target);
    return removal;
  });
  const name = nodeName(group, instanceId);
  const { reason } = decided;
  switch (decided.outcome) {
    case "retry":
      return { instanceId, name, outcome: "failed", reason };
    case "dead-letter":
      return { instanceId, name, outcome: "refused", reason, ...advice(decided.cause, { instanceId, name }, work) };
    case "acknowledged":
      return { instanceId, name, ...confirmed(removal, dryRun), reason };
  }
}

function advice(cause: DeadLetterCause, whose: { instanceId: string; name: string }, { fixOf }: ReapWork) {
  return { cause, fix: fixOf(whose.instanceId) ?? fixOfRefusal(cause, whose) };
}

function confirmed(removal: Removal | undefined, dryRun: boolean): Pick<ReapedInstance, "outcome" | "node" | "client"> {
  const { node, client } = removal ?? {};
  if (node === "foreign" || client === "foreign") return { outcome: "refused" };
  if (!isAnyDeleted({ node, client })) return { outcome: "absent", node, client };
  return { outcome: dryRun ? "would-remove" : "removed", node, client };
}
