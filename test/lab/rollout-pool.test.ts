import assert from "node:assert/strict";
import { DescribeWarmPoolCommand } from "@aws-sdk/client-auto-scaling";
import { eventually } from "./emulator-process";
import { GROUP, type RolloutProgram, useRolloutProgram } from "./rollout-program";

describe("a rollout of a group with a warm pool, through `up`, in the emulator", function () {
  this.timeout(600_000);
  const program = useRolloutProgram("rollout-pool");
  let web: RolloutProgram;
  before(() => {
    web = program();
  });

  const pool = async () => {
    const request = new DescribeWarmPoolCommand({ AutoScalingGroupName: GROUP });
    const { Instances = [] } = await web.clients.groups.send(request);
    return Instances.map(({ LaunchTemplate, LifecycleState }) => `${LaunchTemplate?.Version} ${LifecycleState}`);
  };
  const filledWith = (version: string) =>
    eventually(
      60,
      `a pool of version ${version}`,
      async () => (await pool()).join() === `${version} Warmed:Stopped` || undefined,
    );
  const up = async (instanceType: string, min: number) => {
    const result = await web.up(instanceType, {
      capacity: { min, max: 2 },
      warmPool: { minimumSize: 1, maximumPrepared: 1 },
    });
    assert.ok(result.ok, result.output);
    return result.output;
  };

  it("replaces the instances that wait there, also while none is in service", async () => {
    await up("t3.small", 0);
    await filledWith("1");
    const output = await up("t3.medium", 0);
    assert.match(output, /rolling out version 2 of lt-\w+, instance refresh/);
    assert.deepEqual([(await web.seen()).saved, await pool()], ["2", ["2 Warmed:Stopped"]]);
  });

  it("finds nothing to do at the next `up`", async () => {
    const before = (await web.refreshes()).length;
    await up("t3.medium", 0);
    assert.equal((await web.refreshes()).length, before);
  });

  it("replaces those in service as well", async () => {
    await up("t3.medium", 1);
    await up("m5.large", 1);
    const { saved, serving } = await web.seen();
    assert.deepEqual([saved, serving, await pool()], ["3", ["3"], ["3 Warmed:Stopped"]]);
  });
});
