import assert from "node:assert/strict";
import { GROUP, type RolloutProgram, useRolloutProgram } from "./rollout-program";

/** Each test continues with the group that the previous one has left. */
describe("a disturbed rollout through `pulumi up`", function () {
  this.timeout(600_000);
  const program = useRolloutProgram("disturbed");
  let web: RolloutProgram;
  const paced = { rollout: { checkpointPercentages: [50, 100], checkpointDelaySeconds: 600 } };
  const CHECKPOINT = /checkpoint 50 % reached, continues in \d+ (s|min)/;
  const versions = async () => {
    const { saved, serving } = await web.seen();
    return { saved, serving: [...new Set(serving)] };
  };
  const statuses = async () => (await web.refreshes()).map(({ status }) => status);

  before(async () => {
    web = program();
    await web.alarm("errors", "OK");
    const made = await web.up("t3.small");
    assert.ok(made.ok, made.output);
  });

  it("without capacity for a while continues, as Auto Scaling retries", async () => {
    await web.put(`/lab/launch-failures/${GROUP}`, "no-capacity*1");
    const came = await web.up("t3.medium");
    assert.ok(came.ok, came.output);
    assert.match(came.output, /do not have sufficient .* capacity.*Auto Scaling retries/);
    assert.deepEqual(await versions(), { saved: "2", serving: ["2"] });
  });

  it("lets several first boots fail before it stops: as many as `maxFailedInstances`", async () => {
    const failed = await web.up("t3.large", { rollout: { maxFailedInstances: 2 } });
    assert.equal(failed.ok, false, failed.output);
    assert.match(failed.output, /[3-9] new instances failed before they were in service/);
    assert.deepEqual(await versions(), { saved: "2", serving: ["2"] });
  });

  it("with an alarm at a checkpoint is rolled back by AWS, and `up` fails with the alarm's name", async () => {
    const rollout = { ...paced.rollout, alarmNames: ["errors"] };
    const { result, said } = web.begin("m5.large", { rollout });
    await said(new RegExp(`${CHECKPOINT.source}; alarms errors OK`));
    await web.alarm("errors", "ALARM");
    const { ok, output } = await result;
    assert.equal(ok, false, output);
    assert.match(output, /RollbackSuccessful: CloudWatch alarm errors is in state ALARM/);
    assert.deepEqual(await versions(), { saved: "2", serving: ["2"] });
  });

  it("cancelled by hand makes `up` fail with what is left, and the next `up` completes it", async () => {
    const { result, said } = web.begin("m5.large", paced);
    await said(CHECKPOINT);
    await web.cancelByHand();
    const { ok, output } = await result;
    assert.equal(ok, false, output);
    assert.match(output, /ended Cancelled: Cancelled due to user request/);
    assert.match(output, /Next: instances of the new version are left/);
    const mixed = await web.seen();
    assert.deepEqual([mixed.saved, mixed.serving.length], ["2", 2]);
    const next = await web.up("m5.large");
    assert.ok(next.ok, next.output);
    const { saved, serving } = await versions();
    assert.deepEqual(serving, [saved]);
    assert.notEqual(saved, "2");
  });

  it("killed and followed by a third image: its refresh is cancelled, and all instances get the third", async () => {
    const { result, said, kill } = web.begin("t3.medium", paced);
    await said(CHECKPOINT);
    kill();
    assert.equal((await result).ok, false);
    const third = await web.up("t3.small");
    assert.ok(third.ok, third.output);
    assert.match(
      third.output,
      /an instance refresh to version \d+ of lt-\w+ is running; it is cancelled in favor of this one/,
    );
    const { saved, serving } = await versions();
    assert.deepEqual(serving, [saved]);
    assert.deepEqual((await statuses()).slice(0, 2), ["Successful", "Cancelled"]);
  });

  it("with a scale-out and a higher minimum in the same update launches only the new version", async () => {
    const { result, said } = web.begin("t3.medium", { capacity: { min: 3, max: 6 } });
    await said(/rolling out version/);
    await web.scale(5);
    const { ok, output } = await result;
    assert.ok(ok, output);
    const { saved, serving } = await versions();
    assert.deepEqual(serving, [saved]);
    assert.ok((await web.seen()).serving.length >= 3);
  });

  it("interrupted once is completed by Pulumi, and the next `up` has nothing to replace", async function () {
    // The lab's engine does not handle signals
    if (web.program.runner.name !== "pulumi") return this.skip();
    const rollout = { ...paced.rollout, checkpointDelaySeconds: 8 };
    const { result, said, interrupt } = web.begin("m5.large", { rollout });
    await said(CHECKPOINT);
    interrupt();
    const { ok, output } = await result;
    assert.equal(ok, false, output);
    assert.match(output, /done: \d from version/);
    const { ids, saved } = await web.seen();
    const next = await web.up("m5.large", { rollout });
    assert.ok(next.ok, next.output);
    assert.deepEqual([(await web.seen()).ids, (await web.seen()).saved], [ids, saved]);
  });

  it("killed and then destroyed: its refresh is cancelled, and nothing is left", async () => {
    const { result, said, kill } = web.begin("t3.small", paced);
    await said(CHECKPOINT);
    kill();
    await result;
    const gone = await web.program.runner.destroy();
    assert.ok(gone.ok, gone.output);
    assert.equal(await web.find(), undefined);
  });

  it("killed while the group's first instances boot: the next `up` waits for them and creates no second group", async () => {
    await web.boots("t3.small", "hangs");
    const { result, said, kill } = web.begin("t3.small");
    await said(/0 of 2 in service, i-\w+ Pending:Wait/);
    kill();
    await result;
    await web.boots("t3.small", "converges");
    const next = await web.up("t3.small");
    assert.ok(next.ok, next.output);
    assert.deepEqual((await web.seen()).serving.length, 2);
  });
});
