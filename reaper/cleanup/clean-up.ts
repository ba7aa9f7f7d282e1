import { EC2Client } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsClient } from "../../aws/client";
import { awsFailureOf, messageOf } from "../../aws/failure";
import { createChefClient } from "../../chef/client";
import { type GroupRemoval, removeGroup } from "../../chef/group";
import { resolveKey } from "../../chef/keys/resolve";
import { printable } from "../../chef/printable";
import type { CleanupState } from "./cleanup-state";
import { leftAlone } from "./left-alone";
import { livingAmong, livingInstances } from "./living-instances";

export { leftOnServer } from "./left-alone";

/**
 * Waits for a group's instances to be terminated, then removes its nodes and clients, except those of instances that are still alive.
 *
 * @returns what was kept on purpose, as lines for the user
 * @throws errors that each say what to do next
 */
export async function cleanUp(state: CleanupState): Promise<readonly string[]> {
  try {
    return (await removed(state)).map((line) => printable(line, LONGEST_LINE));
  } catch (error) {
    throw new Error(printable((error as Error).message, LONGEST_LINE), { cause: error });
  }
}

/** One line may contain many names. */
const LONGEST_LINE = 20_000;

async function removed(state: CleanupState): Promise<readonly string[]> {
  const ec2 = awsClient(EC2Client, state.region, state.profile);
  await refuseOtherAccount(state);
  await waitUntilGone(ec2, state);
  return leftAlone(state, await removeLeftOvers(ec2, state));
}

/** In another account, no instance of the group would be found, and all would count as gone. */
async function refuseOtherAccount(state: CleanupState): Promise<void> {
  const { groupName, region, accountId, profile } = state;
  if (accountId === undefined) return;
  const sts = awsClient(STSClient, region, profile);
  const { Account } = await answered(state, sts.send(new GetCallerIdentityCommand({})));
  if (Account === accountId) return;
  throw new Error(
    `The AWS credentials of the environment belong to the account ${Account}, but group "${groupName}" is in ${accountId}, so its ` +
      "instances cannot be checked and its Chef nodes were not removed; set AWS_PROFILE or 'aws:profile' to credentials of that account " +
      "(a dynamic provider cannot use those of an explicit provider), then destroy again",
  );
}

async function waitUntilGone(ec2: EC2Client, state: CleanupState): Promise<void> {
  const deadline = Date.now() + state.waitSeconds * 1000;
  for (;;) {
    const alive = await answered(state, livingInstances(ec2, state.groupName));
    if (alive.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Instances ${alive.join(", ")} of group "${state.groupName}" are still alive after ${state.waitSeconds} s, so their Chef nodes ` +
          "were not removed; terminate them, or wait for their termination, then destroy again, which waits equally long again",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function answered<T>({ groupName }: CleanupState, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    throw new Error(
      `Whether instances of group "${groupName}" are alive could not be determined (${awsFailureOf(error)?.message ?? (error as Error).message}), so their Chef nodes were not ` +
        "removed; check the AWS credentials of the environment and the network, then destroy again",
    );
  }
}

async function removeLeftOvers(ec2: EC2Client, state: CleanupState): Promise<GroupRemoval> {
  const { groupName, region, accountId, profile } = state;
  try {
    const key = await resolveKey(state.operator.key, { region, profile });
    const client = createChefClient({
      serverUrl: state.serverUrl,
      clientName: state.operator.name,
      key,
      caPem: state.caPem,
      requestsPerSecond: state.chefRequestsPerSecond,
    });
    const options = { region, accountId, livingAmong: (ids: readonly string[]) => livingAmong(ec2, ids) };
    return await removeGroup(client, groupName, options).finally(() => client.close());
  } catch (error) {
    throw new Error(
      `The Chef nodes of group "${groupName}" could not be removed: ${messageOf(error)}; fix that and destroy ` +
        "again, or, if the Chef server is gone for good, remove this resource with 'pulumi state delete'",
    );
  }
}
