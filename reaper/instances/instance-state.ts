import { type AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { instancesIn } from "../../aws/pages";
import { quote } from "../../chef/names";
import type { DeadLetterCause } from "../message/dead-letter-cause";
import type { LifecycleAction, Termination } from "../message/reading";

/** State of an instance that EC2 does not know, running or not. */
export const UNKNOWN = "unknown";

/** Whether an instance counts as gone, and its state in AWS. */
export interface InstanceState {
  readonly gone: boolean;
  readonly name: string;
  /** Why its message is not accepted, unless it is simply alive. */
  readonly cause?: DeadLetterCause;
}

/**
 * An instance's state in EC2: gone if it is terminated, shutting down, or unknown.
 *
 * @throws if EC2 does not respond, or its response neither contains the instance nor says that it is unknown: that proves nothing
 */
async function describeInstanceState(ec2: EC2Client, instanceId: string): Promise<InstanceState> {
  return stateIn(await describeInstanceStates(ec2, [instanceId]), instanceId);
}

/** @throws if the response does not contain the instance */
export function stateIn(states: ReadonlyMap<string, InstanceState>, instanceId: string): InstanceState {
  const state = states.get(instanceId);
  if (state === undefined) {
    throw new Error(
      `EC2's response does not contain the requested instance '${instanceId}', which proves nothing; try again`,
    );
  }
  return state;
}

/**
 * Like describeInstanceState, for many at a time; instances that are missing in EC2's response are not in the map. EC2 refuses the whole
 * request for one unknown instance and names it; the others are then requested again.
 */
export async function describeInstanceStates(
  ec2: EC2Client,
  instanceIds: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, InstanceState>> {
  const states = new Map<string, InstanceState>();
  let asked: string[] = [...new Set(instanceIds)];
  while (asked.length > 0) {
    const unknown = await askFor(ec2, asked, states, signal);
    for (const id of unknown) {
      states.set(id, { gone: true, name: UNKNOWN });
    }
    asked = unknown.length === 0 ? [] : asked.filter((id) => !unknown.includes(id));
  }
  return states;
}

/**
 * Records EC2's response.
 *
 * @returns the instances that EC2 does not know; in that case, the response contains nothing else
 */
async function askFor(
  ec2: EC2Client,
  asked: string[],
  states: Map<string, InstanceState>,
  abortSignal?: AbortSignal,
): Promise<readonly string[]> {
  try {
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: asked }), { abortSignal });
    for (const { InstanceId: id, State: state } of instancesIn(answer)) {
      if (id !== undefined && state?.Name !== undefined) {
        states.set(id, { gone: state.Name === "terminated" || state.Name === "shutting-down", name: state.Name });
      }
    }
    return [];
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidInstanceID.NotFound") {
      return unknownAmong(asked, error);
    }
    throw error;
  }
}

function unknownAmong(asked: readonly string[], refusal: Error): readonly string[] {
  const named: readonly string[] = refusal.message.match(/\bi-[0-9a-f]+\b/g) ?? [];
  if (asked.length === 1 && named.length === 0) {
    return asked;
  }
  const unknown = asked.filter((id) => named.includes(id));
  if (unknown.length === 0) {
    throw refusal;
  }
  return unknown;
}

/**
 * States of an instance that still runs, but is about to be terminated; in a warm pool with the prefix. One whose hook was abandoned may be
 * in `Terminating:Retained` instead: it keeps running until somebody terminates it.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/manage-retained-instances.html
 */
const TERMINATING = /^(Warmed:)?Terminating(:Wait|:Proceed)?$/;

/** Whether Auto Scaling holds an instance in its terminate hook. */
async function isTerminating(autoScaling: AutoScalingClient, action: LifecycleAction): Promise<boolean> {
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [action.instanceId] });
  const answer = await autoScaling.send(command);
  const found = answer.AutoScalingInstances?.find((instance) => instance.InstanceId === action.instanceId);
  return found?.AutoScalingGroupName === action.group && TERMINATING.test(found.LifecycleState ?? "");
}

/**
 * The current state of a terminated instance. An instance in its terminate hook still runs, so Auto Scaling is asked as well as EC2. That
 * EC2 does not know an instance of a group in another region proves nothing: it knows none of them, running or not.
 *
 * @param stateOf asks EC2 about an instance. @default one at a time
 */
export async function terminationState(
  { instanceId, action, region }: Termination,
  ec2: EC2Client,
  autoScaling: AutoScalingClient,
  stateOf = (id: string): Promise<InstanceState> => describeInstanceState(ec2, id),
): Promise<InstanceState> {
  if (action && (await isTerminating(autoScaling, action))) {
    return { gone: true, name: "terminating" };
  }
  const state = await stateOf(instanceId);
  const own = await ec2.config.region();
  return state.name === UNKNOWN && region !== undefined && region !== own
    ? {
        gone: false,
        name: `unknown to EC2 in ${quote(own)}, but its group is in ${quote(region)}`,
        cause: "other-place",
      }
    : state;
}
