import { type AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { instancesIn } from "../../aws/pages";
import { quote } from "../../chef/names";
import type { DeadLetterCause } from "../message/dead-letter-cause";
import type { LifecycleAction, Termination } from "../message/reading";

/** The word for an instance that EC2 does not know, running or not. */
export const UNKNOWN = "unknown";

/** Whether an instance can be taken for gone, and the word AWS has for its state. */
export interface InstanceState {
  readonly gone: boolean;
  readonly name: string;
  /** Why its message is none to believe, where it is not simply alive. */
  readonly cause?: DeadLetterCause;
}

/**
 * An instance's state, as EC2 says: gone when it is terminated, shutting down, or unknown.
 * @throws when EC2 does not answer, or answers without the instance and without saying that it is unknown: that proves nothing
 */
export async function describeInstanceState(ec2: EC2Client, instanceId: string): Promise<InstanceState> {
  return stateIn(await describeInstanceStates(ec2, [instanceId]), instanceId);
}

/** @throws when the answer is without the instance */
export function stateIn(states: ReadonlyMap<string, InstanceState>, instanceId: string): InstanceState {
  const state = states.get(instanceId);
  if (state === undefined) {
    throw new Error(
      `EC2 answered without the instance '${instanceId}' it was asked for, which proves nothing; try again`,
    );
  }
  return state;
}

/**
 * As describeInstanceState, for many at a time; what EC2 left out of its answer is not in the map.
 * EC2 refuses the whole question for one unknown instance and names it: then the others are asked for again.
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

/** Writes down what EC2 answers. @returns the instances that EC2 says it does not know; then it answered nothing else */
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
  if (asked.length === 1) {
    return asked;
  }
  const named: readonly string[] = refusal.message.match(/\bi-[0-9a-f]+\b/g) ?? [];
  const unknown = asked.filter((id) => named.includes(id));
  if (unknown.length === 0) {
    throw refusal;
  }
  return unknown;
}

/** Whether Auto Scaling holds an instance back in its terminate hook: it runs still, but is already on its way out. */
async function isTerminating(autoScaling: AutoScalingClient, action: LifecycleAction): Promise<boolean> {
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [action.instanceId] });
  const answer = await autoScaling.send(command);
  const found = answer.AutoScalingInstances?.find((instance) => instance.InstanceId === action.instanceId);
  // An instance of a warm pool is in Warmed:Terminating:Wait.
  const isOnItsWayOut = /^(Warmed:)?Terminating/.test(found?.LifecycleState ?? "");
  return found?.AutoScalingGroupName === action.group && isOnItsWayOut;
}

/**
 * What a termination's instance is like now. One that waits in its terminate hook still runs: Auto Scaling is asked about it, not EC2 alone.
 * That EC2 does not know an instance of another region's group proves nothing: it knows none of them, running or not.
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
    ? { gone: false, name: `unknown to EC2 in ${quote(own)}, but of a group in ${quote(region)}`, cause: "other-place" }
    : state;
}
