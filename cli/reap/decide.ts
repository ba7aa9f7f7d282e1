import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { awsClient } from "../../aws/client";
import { type ChefClient, type Deletion, type Removal, type RemovalTarget, usedElsewhere } from "../../chef";
import {
  type QueueMessage,
  type Reaped,
  type ReapServices,
  reapMessage,
  reapTermination,
} from "../../reaper/decide/reap";
import { type InstanceState, terminationState } from "../../reaper/instances/instance-state";
import type { Termination } from "../../reaper/message/reading";
import type { Target } from "../target/target";

/** Decides with the reaper's own code. */
export interface Decide {
  message(message: QueueMessage, remove: Remove): Promise<Reaped>;
  termination(termination: Termination, remove: Remove): Promise<Reaped>;
}

type Remove = (target: RemovalTarget) => Promise<Removal>;

/** Looks up the state of a termination's instance. */
export type AskState = (termination: Termination) => Promise<InstanceState>;

/**
 * The reaper's decision for an operator: a missing node counts as gone at once, and no lifecycle hook is completed, which remains the
 * reaper's task.
 *
 * @param place region and account that AWS is asked for, so that a node that ran elsewhere is kept. @default the environment's region, any
 * account
 */
export function createDecide(
  groups: readonly string[],
  instanceState: AskState,
  { region, accountId }: Pick<Target, "region" | "accountId">,
): Decide {
  const asked = awsClient(EC2Client, region).config;
  const services = (remove: Remove): ReapServices => ({
    groups,
    accountId,
    absenceGraceSeconds: 0,
    dryRun: false,
    now: Date.now,
    instanceState,
    remove: async (target) => remove({ ...target, region: await asked.region(), accountId }),
    completeAction: async () => undefined,
    extendAction: async () => undefined,
  });
  return {
    message: (message, remove) => reapMessage(message, services(remove)),
    termination: (termination, remove) => reapTermination(termination, {}, services(remove)),
  };
}

/** Like the reaper. */
export function askAws(region: string | undefined): AskState {
  const [ec2, autoScaling] = [awsClient(EC2Client, region), awsClient(AutoScalingClient, region)];
  return (termination) => terminationState(termination, ec2, autoScaling);
}

/** As `removeNodeAndClient`, without removing: "deleted" is what would be. */
export async function lookAtNodeAndClient(chef: ChefClient, target: RemovalTarget): Promise<Removal> {
  const [node, client] = await Promise.all([chef.getNode(target.name), chef.getClient(target.name)]);
  const foreign = usedElsewhere(node, target);
  if (foreign !== undefined) return { node: "foreign", client: "foreign", foreign };
  return { node: deletion(node), client: deletion(client) };
}

function deletion(found: unknown): Deletion {
  return found === undefined ? "absent" : "deleted";
}
