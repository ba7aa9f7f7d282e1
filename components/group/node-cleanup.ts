import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";
import { createChefClient } from "../chef/client";
import { removeGroup } from "../chef/group";
import type { ChefIdentity } from "../chef-connection";
import { resolveKey } from "../keys/resolve";

/** What is left of a group in the Chef server when the group is destroyed. */
export interface NodeCleanupArgs {
  /** Name of the Auto Scaling Group; nodes and clients called `<groupName>-<instance id>` belong to it. */
  readonly groupName: pulumi.Input<string>;
  readonly region: pulumi.Input<string>;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: ChefIdentity;
  /** `retain` leaves nodes and clients, and is the way out when the Chef server is gone for good. @default "remove" */
  readonly onDestroy?: "remove" | "retain";
  /** Seconds to wait for the group's instances to be gone. @default 600 */
  readonly waitSeconds?: number;
  /** Requests a second to the Chef server. @default as many as it takes */
  readonly chefRequestsPerSecond?: number;
}

interface CleanupState {
  readonly groupName: string;
  readonly region: string;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: ChefIdentity;
  readonly onDestroy: "remove" | "retain";
  readonly waitSeconds: number;
  readonly chefRequestsPerSecond?: number;
}

/**
 * Removes every node and client of a group from the Chef server when it is destroyed. The group depends on it, so the
 * group is gone first. The operator's key is read at that moment; the state holds only where it is kept.
 *
 * Pulumi stores this provider as source text and runs it far from this file, so everything it reaches is made of
 * functions and interfaces: classes with private fields and module state do not survive.
 */
export class NodeCleanup extends pulumi.dynamic.Resource {
  constructor(name: string, args: NodeCleanupArgs, options?: pulumi.CustomResourceOptions) {
    const props = { ...args, onDestroy: args.onDestroy ?? "remove", waitSeconds: args.waitSeconds ?? 600 };
    super(cleanupProvider, name, props, options, "chef-autoscaling", "NodeCleanup");
  }
}

/** Exported for the test that serialises it. */
export const cleanupProvider: pulumi.dynamic.ResourceProvider<CleanupState, CleanupState> = {
  async create(inputs) {
    return { id: inputs.groupName, outs: inputs };
  },
  // No read: what it would look for is there only once everything else is gone, so that a refresh has nothing to find.
  async diff(_id, olds, news) {
    const replaces = (["groupName", "region"] as const).filter((name) => olds[name] !== news[name]);
    const differs = JSON.stringify(picked(olds)) !== JSON.stringify(picked(news));
    return { changes: replaces.length > 0 || differs, replaces };
  },
  async update(_id, _olds, news) {
    return { outs: news };
  },
  async delete(_id, state) {
    if (state.onDestroy === "retain") return;
    await waitUntilGone(state);
    await removeLeftOvers(state);
  },
};

/** The properties that are the cleanup's own, in one order; Pulumi adds some of its own to both sides. */
function picked(state: CleanupState): unknown[] {
  const { serverUrl, caPem, operator, onDestroy, waitSeconds, chefRequestsPerSecond } = state;
  return [serverUrl, caPem, operator.name, operator.key, onDestroy, waitSeconds, chefRequestsPerSecond];
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
    await removeGroup(client, state.groupName, { region: state.region }).finally(() => client.close());
  } catch (error) {
    throw new Error(
      `The Chef nodes of group "${state.groupName}" could not be removed: ${(error as Error).message}; mend that and destroy ` +
        "again, or, if the Chef server is gone for good, remove this resource with 'pulumi state delete'",
    );
  }
}
