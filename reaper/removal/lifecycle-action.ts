import {
  type AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from "@aws-sdk/client-auto-scaling";
import type { LifecycleAction } from "../message/reading";

/** Lets the instance go on. An action that is no longer pending counts as completed: messages come twice. */
export async function completeAction(autoScaling: AutoScalingClient, action: LifecycleAction): Promise<void> {
  const command = new CompleteLifecycleActionCommand({ ...fieldsOf(action), LifecycleActionResult: "CONTINUE" });
  await autoScaling.send(command).catch((error: unknown) => {
    if (!isOver(error)) {
      throw error;
    }
  });
}

/** Gives the hook another heartbeat timeout. */
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

/** Auto Scaling answers so when the action was completed before, or the hook or group is gone. */
function isOver(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "ValidationError" &&
    /no active lifecycle action|not found|does not exist/i.test(error.message)
  );
}
