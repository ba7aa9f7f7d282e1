import assert from "node:assert/strict";
import { GROUP, type RolloutProgram, useRolloutProgram } from "./rollout-program";

describe("a rollout through `pulumi up`", function () {
  this.timeout(600_000);
  const program = useRolloutProgram("rollout");
  let web: RolloutProgram;
  before(() => {
    web = program();
  });

  it("creates the group although EC2 had no capacity at first, and ends when the minimum is in service", async () => {
    await web.put(`/lab/launch-failures/${GROUP}`, "no-capacity*1");
    const made = await web.up("t3.small");
    assert.ok(made.ok, made.output);
    assert.match(made.output, new RegExp(`${GROUP}: done: 2 from version 1 of lt-`));
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
  });

  it("stops at a failed first boot: the previous version serves, and the error has the instance's own output", async () => {
    const { ids } = await web.seen();
    const failed = await web.up("t3.large");
    assert.equal(failed.ok, false, failed.output);
    assert.match(failed.output, /version 2 of lt-\w+ is not in service in group "test-web"/);
    assert.match(failed.output, /\| FATAL: no such cookbook: web/);
    assert.match(failed.output, /In service now: 2 from version 1/);
    assert.deepEqual(await web.seen(), { saved: "1", serving: ["1", "1"], ids });
  });

  it("replaces nothing for the previous image, since the state kept its version", async () => {
    const { ids } = await web.seen();
    const back = await web.up("t3.small");
    assert.ok(back.ok, back.output);
    assert.match(back.output, /version 3 has the same content as version 1/);
    assert.deepEqual(await web.seen(), { saved: "1", serving: ["1", "1"], ids });
  });

  it("is followed by the next `up` if it is killed, without a second refresh", async () => {
    const rollout = { checkpointPercentages: [50, 100], checkpointDelaySeconds: 20 };
    const { result, kill } = web.begin("t3.medium", { rollout });
    await web.untilServing(["1", "4"], "the first checkpoint");
    kill();
    assert.equal((await result).ok, false);
    const next = await web.up("t3.medium", { rollout });
    assert.ok(next.ok, next.output);
    const { saved, serving } = await web.seen();
    assert.deepEqual([saved, new Set(serving)], ["4", new Set(["4"])]);
    assert.deepEqual(
      (await web.refreshes()).map(({ status }) => status),
      ["Successful", "RollbackSuccessful"],
    );
  });

  it("waits for at least the new minimum, which a group that has scaled out already has", async () => {
    await web.scale(5);
    await web.untilServing(["4", "4", "4", "4", "4"], "the group to grow");
    const raised = await web.up("t3.medium", { capacity: { min: 3, max: 6 } });
    assert.ok(raised.ok, raised.output);
    assert.equal((await web.seen()).serving.length, 5);
  });
});
