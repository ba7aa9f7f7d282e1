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

/** Decides as the reaper does, by its own code. */
export interface Decide {
  message(message: QueueMessage, remove: Remove): Promise<Reaped>;
  termination(termination: Termination, remove: Remove): Promise<Reaped>;
}

type Remove = (target: RemovalTarget) => Promise<Removal>;

/** How the instance of a termination is found out about. */
export type AskState = (termination: Termination) => Promise<InstanceState>;

/**
 * The reaper's decision for an operator: what is not there counts as gone at once, and no lifecycle hook is answered, which
 * stays the reaper's work.
 * @param place where EC2 is asked, so that a node which ran elsewhere is left alone. @default the environment's region, any account
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

/** As the reaper asks. */
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
