import assert from "node:assert/strict";
import { DeleteLaunchConfigurationCommand } from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { readBack } from "../../rollout/operations";
import type { RolloutState } from "../../rollout/rollout-state";
import { eventually } from "./emulator-process";
import { rolloutGroup, useRecordedInstances } from "./rollout-fleet";

/** What another update, an operator or an earlier update has left or does at the same time. */
describe("rollouts beside others, in the emulator", function () {
  this.timeout(90_000);
  const emulator = useRecordedInstances();

  type Group = Awaited<ReturnType<typeof rolloutGroup>>;

  const from = (web: Group, configurationName: string, more = {}): Partial<RolloutState> => {
    const preferences = { ...web.state("1").preferences, AutoRollback: false, SkipMatching: false, ...more };
    return { configurationName, templateId: undefined, version: undefined, preferences };
  };

  /** A group whose instances run the first of these configurations, and the state that this left. */
  const configured = async (name: string, size: number, ...types: string[]) => {
    const web = await rolloutGroup(emulator(), name, size);
    const names = await Promise.all(types.map((type, index) => web.configuration(`${name}-${index + 1}`, type)));
    const { state, failure } = await web.roll("", from(web, names[0] ?? ""));
    assert.ok(state, failure);
    return { web, names, state };
  };

  it("with a bad image where no instance is in service fails, and the group launches the version before again", async () => {
    const web = await rolloutGroup(emulator(), "all-gone");
    const { state } = await web.roll("1");
    await web.boots("t3.small", "fails: the Chef server is away");
    await web.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: (await web.seen()).ids }));
    await web.boots("t3.large", "fails: no such cookbook: web");
    const { failure = "", text } = await web.roll(await web.version("t3.large"), {}, state);
    assert.match(text, /no instance is in service, so the group gets version 2/);
    assert.match(failure, /In service now: no instance; the group launches version 1 of lt-/);
    assert.equal((await web.seen()).saved, "1");
  });

  it("where instances of the version before arrive after all can still go back to it", async () => {
    const web = await rolloutGroup(emulator(), "late-arrival");
    const { state } = await web.roll("1");
    await web.boots("t3.small", "hangs");
    await web.boots("t3.large", "hangs");
    await web.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: (await web.seen()).ids }));
    const rolling = web.roll(await web.version("t3.large"), {}, state);
    await eventually(60, "the version to be saved", async () => (await web.seen()).saved === "2" || undefined);
    await web.boots("t3.small", "converges");
    await eventually(60, "a refresh", async () => (await web.refreshes()).length > 0 || undefined);
    await web.boots("t3.large", "fails: no such cookbook: web");
    const { failure = "", text } = await rolling;
    assert.match(failure, /ended RollbackSuccessful: .*new instances? failed/, text);
    assert.deepEqual([(await web.seen()).saved, (await web.seen()).serving], ["1", ["1", "1"]]);
  });

  it("continues although EC2 takes new instances back while they boot, which says nothing about the image", async () => {
    const web = await rolloutGroup(emulator(), "interrupted");
    await web.put("/lab/launch-failures/interrupted", "interrupted*2");
    const { failure, text } = await web.roll(await web.version("t3.medium"));
    assert.equal(failure, undefined, text);
    assert.match(text, /i-\w+ failed: .*Server\.SpotInstanceTermination.* Auto Scaling retries/);
    assert.deepEqual((await web.seen()).serving, ["2", "2"]);
  });

  it("of a third launch configuration that fails restores what was in service, not what a killed update saved", async () => {
    const { web, names, state } = await configured("third-bad", 2, "t3.small", "m5.xlarge", "t3.large");
    await web.boots("m5.xlarge", "fails: no such cookbook: web");
    await web.boots("t3.large", "fails: no such cookbook: web");
    await web.leave("", from(web, names[1] ?? ""));
    const { failure = "" } = await web.roll("", from(web, names[2] ?? ""), state);
    assert.match(failure, /the group launches launch configuration third-bad-1/);
    assert.equal((await web.seen()).saved, "third-bad-1");
  });

  it("of a launch configuration ends although the one before is deleted, and says that it could not be saved again", async () => {
    const { web, names, state } = await configured("deleted-before", 2, "t3.small", "t3.large");
    await web.boots("t3.large", "hangs");
    const rolling = web.roll("", from(web, names[1] ?? ""), state);
    await web.untilLaunching();
    const LaunchConfigurationName = names[0];
    await web.clients.groups.send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName }));
    await web.boots("t3.large", "fails: no such cookbook: web");
    const { failure = "", text } = await rolling;
    assert.match(text, /warning: the previous version could not be saved .*[Ll]aunch configuration.* not found/);
    assert.match(failure, /ended Cancelled: .*new instances? failed/);
    assert.equal((await web.refreshes())[0], "Cancelled");
  });

  it("that was killed is unfinished for `pulumi refresh` while its first new instance boots and no other is in service", async () => {
    const { web, names, state } = await configured("unfinished", 1, "t3.small", "t3.large");
    await web.boots("t3.large", "hangs");
    await web.leave("", from(web, names[1] ?? "", { MinHealthyPercentage: 50, MaxHealthyPercentage: 100 }));
    await web.untilLaunching();
    assert.deepEqual((await web.seen()).serving, []);
    assert.deepEqual(await readBack(state), { ...state, unfinished: true });
  });
});
