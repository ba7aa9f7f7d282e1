import assert from "node:assert/strict";
import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { terminationState } from "../../reaper/instances/instance-state";
import type { Termination } from "../../reaper/message/reading";

const ID = "i-0123456789abcdef0";
const HOOKED: Termination = {
  kind: "termination",
  group: "web",
  instanceId: ID,
  action: { group: "web", instanceId: ID, hookName: "drain", token: "71514b9d-6a40-4b26-8523-05e7ee35fa40" },
};

/** Auto Scaling that has the instance in this group and state. */
function autoScaling(AutoScalingGroupName: string, LifecycleState: string): AutoScalingClient {
  const client = new AutoScalingClient({ region: "us-east-1" });
  client.send = (async (command: unknown) => {
    assert.ok(command instanceof DescribeAutoScalingInstancesCommand);
    const [InstanceId] = command.input.InstanceIds ?? [];
    return { AutoScalingInstances: [{ InstanceId, AutoScalingGroupName, LifecycleState }] };
  }) as never;
  return client;
}

const ec2 = new EC2Client({ region: "us-east-1" });
const running = async () => ({ gone: false, name: "running" });
const stateFor = (group: string, state: string) =>
  terminationState(HOOKED, ec2, autoScaling(group, state), running).then(({ gone }) => gone);

describe("an instance that a terminate hook's message names, and that still runs", () => {
  for (const state of ["Terminating", "Terminating:Wait", "Terminating:Proceed"]) {
    for (const prefix of ["", "Warmed:"]) {
      it(`counts as gone while Auto Scaling terminates it: ${prefix}${state}`, async () => {
        assert.equal(await stateFor("web", `${prefix}${state}`), true);
        assert.equal(await stateFor("webb", `${prefix}${state}`), false, "in another group than the message's");
      });
    }
  }

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/manage-retained-instances.html: it runs until somebody
  // terminates it. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
  for (const state of [
    "Terminating:Retained",
    "Warmed:Terminating:Retained",
    "Warmed:Pending:Retained",
    "Warmed:Pending:Wait",
    "Pending:Wait",
    "InService",
    "EnteringStandby",
    "Standby",
    "Detaching",
    "Detached",
    "TerminatingSoon",
  ]) {
    it(`is alive in any other state: ${state}`, async () => {
      assert.equal(await stateFor("web", state), false);
    });
  }
});
