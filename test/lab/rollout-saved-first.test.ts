import assert from "node:assert/strict";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { readBack } from "../../rollout/operations";
import type { MixedInstancesSettings } from "../../rollout/rollout-state";
import { launchInput } from "../../rollout/run";
import { rolloutGroup, useRecordedInstances } from "./rollout-fleet";

/** Where AWS takes no desired configuration, the group gets the new one before its instances. */
describe("rollouts that save first, in the emulator", function () {
  this.timeout(90_000);
  const emulator = useRecordedInstances();

  const byAttributes = (...AllowedInstanceTypes: string[]): MixedInstancesSettings => ({
    InstancesDistribution: { OnDemandBaseCapacity: 0, OnDemandPercentageAboveBaseCapacity: 100 },
    Overrides: [
      {
        InstanceRequirements: {
          ...{ VCpuCount: { Min: 2 }, MemoryMiB: { Min: 2048 }, BurstablePerformance: "included" },
          AllowedInstanceTypes,
        },
      },
    ],
  });

  it("types by attributes: goes out, and on failure the group launches from the version before again", async () => {
    const web = await rolloutGroup(emulator(), "attributes");
    const mixedInstances = byAttributes("m5.large");
    assert.equal((await web.roll("1", { mixedInstances })).failure, undefined);
    const moved = await web.roll(await web.version("t3.medium"), { mixedInstances });
    assert.equal(moved.failure, undefined, moved.text);
    assert.deepEqual([(await web.seen()).saved, (await web.seen()).serving], ["2", ["2", "2"]]);
    await web.boots("m5.large", "fails: no such cookbook: web");
    const { failure = "" } = await web.roll(await web.version("t3.large"), { mixedInstances });
    assert.match(failure, /version 3 of lt-\w+ is not in service .* ended Cancelled: .*new instances? failed/);
    assert.match(failure, /the group launches version 2 of lt-/);
    const { saved, serving } = await web.seen();
    // Which instance goes where the new one was surplus is AWS's choice
    assert.deepEqual([saved, new Set(serving)], ["2", new Set(["2"])]);
    await web.boots("m5.large", "converges");
    await web.untilServing(["2", "2"]);
    const types = { ...mixedInstances, Overrides: [{ InstanceType: "m5.large" }] };
    assert.equal((await web.roll("1", { mixedInstances: types })).failure, undefined, "to types by name");
    assert.deepEqual([(await web.seen()).saved, (await web.seen()).serving], ["1", ["1", "1"]]);
  });

  it("killed between saving other requirements and the refresh: the next one refreshes, and after success does not again", async () => {
    const web = await rolloutGroup(emulator(), "requirements");
    const [narrow, wide] = [byAttributes("m5.large"), byAttributes("m5.*", "m6*")];
    const { state, failure } = await web.roll("1", { mixedInstances: narrow });
    assert.ok(state, failure);
    const [before, { ids }] = [await web.refreshes(), await web.seen()];
    const AutoScalingGroupName = web.name;
    const input = launchInput(web.state("1", { mixedInstances: wide }), web.state("1"));
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...input }));
    const read = await readBack(state);
    assert.equal(
      read?.unfinished,
      true,
      "so that the next update brings the earlier ones back, if they are declared again",
    );
    const resumed = await web.roll("1", { mixedInstances: wide }, state);
    assert.equal(resumed.failure, undefined, resumed.text);
    const after = await web.refreshes();
    assert.deepEqual(after, ["Successful", ...before], resumed.text);
    assert.ok((await web.seen()).ids.every((id) => !ids.includes(id)));
    const again = await web.roll("1", { mixedInstances: wide }, state);
    assert.deepEqual([again.failure, await web.refreshes()], [undefined, after], "killed before the state was written");
    assert.ok(again.state);
    assert.deepEqual(await readBack(again.state), again.state);
  });

  it("killed in mid-refresh: the next one follows, and on failure restores what the last successful update left", async () => {
    const web = await rolloutGroup(emulator(), "killed");
    const [first, second] = [await web.configuration("one", "t3.small"), await web.configuration("two", "t3.medium")];
    const preferences = { ...web.state("1").preferences, AutoRollback: false, SkipMatching: false };
    const paced = { ...preferences, CheckpointPercentages: [50, 100], CheckpointDelay: 4 };
    const from = (configurationName: string, more = preferences) => {
      return { configurationName, templateId: undefined, version: undefined, preferences: more };
    };
    const { state } = await web.roll("", from(first));
    await web.leave("", from(second, paced));
    await web.untilServing(["one", "two"]);
    assert.ok(state);
    const read = await readBack(state);
    assert.deepEqual(
      [read?.configurationName, read?.unfinished],
      ["one", true],
      "not done yet, so the next update goes on",
    );
    await web.boots("t3.medium", "fails: no such cookbook: web");
    const { failure = "", text } = await web.roll("", from(second), state);
    assert.match(text, /an instance refresh to launch configuration two is already running/);
    assert.match(failure, /launch configuration two is not in service .* ended Cancelled/);
    assert.match(failure, /Next: instances of the new version are left/);
    assert.equal((await web.seen()).saved, "one");
    await web.boots("t3.medium", "converges");
    const back = await web.roll("", from(first), state);
    assert.equal(back.failure, undefined);
    assert.deepEqual([(await web.seen()).serving, await readBack(back.state ?? state)], [["one", "one"], back.state]);
  });
});
