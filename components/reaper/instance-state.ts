import { type AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { quote } from "../chef/names";
import type { LifecycleAction, Termination } from "./reading";

const UNKNOWN = "unknown";

/** Whether an instance can be taken for gone, and the word AWS has for its state. */
export interface InstanceState {
  readonly gone: boolean;
  readonly name: string;
}

/**
 * An instance's state, as EC2 says: gone when it is terminated, shutting down, or unknown.
 * @throws when EC2 does not answer, or answers without the instance and without saying that it is unknown: that proves nothing
 */
export async function describeInstanceState(ec2: EC2Client, instanceId: string): Promise<InstanceState> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })).catch((error: unknown) => {
    if (error instanceof Error && error.name === "InvalidInstanceID.NotFound") {
      return undefined;
    }
    throw error;
  });
  if (answer === undefined) {
    return { gone: true, name: UNKNOWN };
  }
  const instances = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
  const name = instances.find((instance) => instance.InstanceId === instanceId)?.State?.Name;
  if (name === undefined) {
    throw new Error(
      `EC2 answered without the instance '${instanceId}' it was asked for, which proves nothing; try again`,
    );
  }
  return { gone: name === "terminated" || name === "shutting-down", name };
}

/** Whether Auto Scaling holds an instance back in its terminate hook: it runs still, but is already on its way out. */
export async function isTerminating(autoScaling: AutoScalingClient, action: LifecycleAction): Promise<boolean> {
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
 */
export async function terminationState(
  { instanceId, action, region }: Termination,
  ec2: EC2Client,
  autoScaling: AutoScalingClient,
): Promise<InstanceState> {
  if (action && (await isTerminating(autoScaling, action))) {
    return { gone: true, name: "terminating" };
  }
  const state = await describeInstanceState(ec2, instanceId);
  const own = await ec2.config.region();
  return state.name === UNKNOWN && region !== undefined && region !== own
    ? { gone: false, name: `unknown to EC2 in ${quote(own)}, but of a group in ${quote(region)}` }
    : state;
}
