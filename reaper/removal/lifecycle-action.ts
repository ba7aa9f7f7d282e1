import {
  type AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingInstancesCommand,
  RecordLifecycleActionHeartbeatCommand,
} from "@aws-sdk/client-auto-scaling";
import type { LifecycleAction } from "../message/reading";

/**
 * Seconds after its message in which an action that Auto Scaling does not know may be one that it does not know yet.
 *
 * @see https://github.com/PrairieLearn/PrairieLearn/pull/15586
 */
const KNOWN_WITHIN_SECONDS = 60;

/**
 * Completes a lifecycle action. An action that is no longer pending counts as completed, since messages may be delivered twice.
 *
 * @param ageSeconds since the message
 * @throws if AWS does not respond, or does not know the action yet although the instance waits
 */
export async function completeAction(
  autoScaling: AutoScalingClient,
  action: LifecycleAction,
  ageSeconds: number,
): Promise<void> {
  const command = new CompleteLifecycleActionCommand({ ...fieldsOf(action), LifecycleActionResult: "CONTINUE" });
  try {
    await autoScaling.send(command);
  } catch (error) {
    if (!isOver(error)) throw error;
    if (ageSeconds > KNOWN_WITHIN_SECONDS || !(await isWaiting(autoScaling, action))) return;
    throw new Error(`Auto Scaling does not know the lifecycle action yet: ${(error as Error).message}`);
  }
}

/** Perhaps for another hook. */
async function isWaiting(autoScaling: AutoScalingClient, { group, instanceId }: LifecycleAction): Promise<boolean> {
  const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] });
  const { AutoScalingInstances = [] } = await autoScaling.send(command);
  const found = AutoScalingInstances.find(({ InstanceId }) => InstanceId === instanceId);
  return found?.AutoScalingGroupName === group && /:Wait$/.test(found.LifecycleState ?? "");
}

/** Extends the hook by another heartbeat timeout. */
export async function extendAction(autoScaling: AutoScalingClient, action: LifecycleAction): Promise<void> {
  await autoScaling.send(new RecordLifecycleActionHeartbeatCommand(fieldsOf(action)));
}

function fieldsOf(action: LifecycleAction) {
  return {
    AutoScalingGroupName: action.group,
    LifecycleHookName: action.hookName,
    LifecycleActionToken: action.token,
    InstanceId: action.instanceId,
  };
}

/** Auto Scaling's error if the action was already completed, or the hook or group is gone. */
function isOver(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "ValidationError" &&
    /no active lifecycle action|not found|does not exist/i.test(error.message)
  );
}
