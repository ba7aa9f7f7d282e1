import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createChefClient } from "../chef/client";
import { removeGroup } from "../chef/group";
import type { ChefIdentity } from "../chef-connection";
import { resolveKey } from "../keys/resolve";

/** What a NodeCleanup keeps in the state: no secret, only where one is. */
export interface CleanupState {
  readonly groupName: string;
  readonly region: string;
  /** Account of the group; undefined where nobody named it. */
  readonly accountId?: string;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: ChefIdentity;
  readonly onDestroy: "remove" | "retain";
  readonly waitSeconds: number;
  readonly chefRequestsPerSecond?: number;
}

/** Waits for a group's instances to be gone, then removes its nodes and clients. Errors: each says what to do next. */
export async function cleanUp(state: CleanupState): Promise<void> {
  await refuseOtherAccount(state);
  await waitUntilGone(state);
  await removeLeftOvers(state);
}

/** In another account no instance of the group would be found, and all of them taken for gone. */
async function refuseOtherAccount({ groupName, region, accountId }: CleanupState): Promise<void> {
  if (accountId === undefined) return;
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === accountId) return;
  throw new Error(
    `The AWS credentials of the environment are of the account ${Account}, group "${groupName}" is in ${accountId}, so that its ` +
      "instances cannot be seen and its Chef nodes were not removed; set AWS_PROFILE or the like to credentials of that account " +
      "(those of an explicit provider do not reach a dynamic provider), then destroy again",
  );
}

async function waitUntilGone(state: CleanupState): Promise<void> {
  const ec2 = new EC2Client({ region: state.region });
  const deadline = Date.now() + state.waitSeconds * 1000;
  for (;;) {
    const alive = await livingInstances(ec2, state.groupName);
    if (alive.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Instances ${alive.join(", ")} of group "${state.groupName}" still live after ${state.waitSeconds} s, so their Chef nodes ` +
          "were not removed; terminate them or raise 'waitSeconds', then destroy again",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function livingInstances(ec2: EC2Client, groupName: string): Promise<string[]> {
  const Filters = [
    { Name: "tag:aws:autoscaling:groupName", Values: [groupName] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped", "shutting-down"] },
  ];
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }));
    for (const reservation of page.Reservations ?? []) {
      for (const instance of reservation.Instances ?? []) found.push(instance.InstanceId ?? "unnamed");
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

async function removeLeftOvers(state: CleanupState): Promise<void> {
  try {
    const key = await resolveKey(state.operator.key, { region: state.region });
    const client = createChefClient({
      serverUrl: state.serverUrl,
      clientName: state.operator.name,
      key,
      caPem: state.caPem,
      requestsPerSecond: state.chefRequestsPerSecond,
    });
    await removeGroup(client, state.groupName, { region: state.region, accountId: state.accountId }).finally(() =>
      client.close(),
    );
  } catch (error) {
    throw new Error(
      `The Chef nodes of group "${state.groupName}" could not be removed: ${(error as Error).message}; mend that and destroy ` +
        "again, or, if the Chef server is gone for good, remove this resource with 'pulumi state delete'",
    );
  }
}
