import assert from "node:assert/strict";
import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingInstancesCommand,
} from "@aws-sdk/client-auto-scaling";
import { completeAction } from "../../reaper/removal/lifecycle-action";

const ACTION = { group: "web", instanceId: "i-0123456789abcdef0", hookName: "drain", token: "71514b9d" };

/** Auto Scaling that knows no such action, and has the instance in this state. */
function refusing(state: string | undefined, group = "web") {
  const calls: string[] = [];
  const client = new AutoScalingClient({ region: "us-east-1" });
  client.send = (async (command: unknown) => {
    if (command instanceof CompleteLifecycleActionCommand) {
      calls.push("complete");
      const text = `No active Lifecycle Action found with token ${ACTION.token}`;
      throw Object.assign(new Error(text), { name: "ValidationError" });
    }
    assert.ok(command instanceof DescribeAutoScalingInstancesCommand);
    calls.push("describe");
    const [InstanceId] = command.input.InstanceIds ?? [];
    const found = { InstanceId, AutoScalingGroupName: group, LifecycleState: state };
    return { AutoScalingInstances: state === undefined ? [] : [found] };
  }) as never;
  return { client, calls };
}

describe("a lifecycle action that Auto Scaling does not know", () => {
  // https://github.com/PrairieLearn/PrairieLearn/pull/15586: completed too early, the instance waited for its timeout
  for (const state of ["Terminating:Wait", "Warmed:Terminating:Wait", "Warmed:Pending:Wait"]) {
    it(`is not known yet if its message is new and the instance still waits: ${state}`, async () => {
      const { client, calls } = refusing(state);
      await assert.rejects(completeAction(client, ACTION, 5), /does not know the lifecycle action yet/);
      assert.deepEqual(calls, ["complete", "describe"]);
    });

    it(`is over if its message is older, for the instance may wait for another hook: ${state}`, async () => {
      const { client, calls } = refusing(state);
      await completeAction(client, ACTION, 61);
      assert.deepEqual(calls, ["complete"]);
    });
  }

  for (const state of [undefined, "Terminating:Proceed", "Terminating", "InService", "Warmed:Stopped"]) {
    it(`is over if the instance does not wait: ${state}`, async () => {
      await completeAction(refusing(state).client, ACTION, 5);
    });
  }

  it("is over if the instance waits in another group", async () => {
    await completeAction(refusing("Terminating:Wait", "webb").client, ACTION, 5);
  });
});
