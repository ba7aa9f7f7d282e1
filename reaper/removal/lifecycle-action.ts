import {
  type AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from "@aws-sdk/client-auto-scaling";
import type { LifecycleAction } from "../message/reading";

/** Completes a lifecycle action. An action that is no longer pending counts as completed, since messages may be delivered twice. */
export async function completeAction(autoScaling: AutoScalingClient, action: LifecycleAction): Promise<void> {
  const command = new CompleteLifecycleActionCommand({ ...fieldsOf(action), LifecycleActionResult: "CONTINUE" });
  await autoScaling.send(command).catch((error: unknown) => {
    if (!isOver(error)) {
      throw error;
    }
  });
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
