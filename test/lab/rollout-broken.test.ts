import assert from "node:assert/strict";
import {
  DescribeScalingActivitiesCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { readBack, stopRollout } from "../../rollout/operations";
import { runCommandLine } from "../helpers/command-line";
import { eventually } from "./emulator-process";
import { rolloutGroup, useRecordedInstances } from "./rollout-fleet";

describe("a rollout with a problem", function () {
  this.timeout(240_000);
  const emulator = useRecordedInstances();

  it("with a bad image stops at the first failed boot, rolls back and reports the instance's output; then a good image succeeds", async () => {
    const web = await rolloutGroup(emulator(), "bad-image");
    await web.boots("t3.large", "fails: FATAL: no such cookbook: web\u001b[31m");
    const { ids } = await web.seen();
    const { failure = "", text } = await web.roll(await web.version("t3.large"));
    assert.match(text, /new instances? failed before (it was|they were) in service: rolling back/);
    assert.match(
      failure,
      /^version 2 of lt-\w+ is not in service in group "bad-image": .*ended RollbackSuccessful: .*new instances? failed/,
    );
    assert.match(failure, /^ {2}\| FATAL: no such cookbook: web$/m);
    assert.match(failure, /^In service now: 2 from version 1 of .*; the group launches version 1/m);
    assert.match(failure, /^Next: .*pulumi up/m);
    assert.deepEqual(await web.seen(), { saved: "1", serving: ["1", "1"], ids });
    const same = await web.roll(await web.version("t3.small"));
    assert.match(same.text, /version 3 has the same content as version 1/);
    assert.equal(same.state?.savedVersion, "1");
    assert.deepEqual(await web.seen(), { saved: "1", serving: ["1", "1"], ids });
    const good = await web.roll(await web.version("t3.medium"));
    assert.equal(good.failure, undefined);
    assert.match(good.text, /rolling out version 4 of lt-/);
    assert.deepEqual((await web.seen()).serving, ["4", "4"]);
  });

  it("with bad user data on several instances lets as many fail as configured", async () => {
    const web = await rolloutGroup(emulator(), "bad-data", 1);
    await web.boots("t3.large", "fails: syntax error near unexpected token");
    const { failure = "" } = await web.roll(await web.version("t3.large"), { failuresAllowed: 2 });
    assert.match(failure, /\d+ new instances failed before they were in service/);
    assert.deepEqual((await web.seen()).serving, ["1"]);
  });

  it("with an alarm at a checkpoint is rolled back by AWS to the saved version, which is the old one", async () => {
    const web = await rolloutGroup(emulator(), "alarmed");
    await web.alarm("OK");
    const rolling = web.roll(await web.version("t3.medium"), web.paced);
    await web.untilServing(["1", "2"]);
    assert.equal((await web.seen()).saved, "1");
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await web.alarm("ALARM");
    const { failure = "", text } = await rolling;
    assert.match(text, /checkpoint 50 % reached, continues in \d+ min; alarms alarmed OK/);
    assert.match(failure, /RollbackSuccessful: CloudWatch alarm alarmed is in state ALARM/);
    const { saved, serving } = await web.seen();
    assert.deepEqual([saved, serving], ["1", ["1", "1"]]);
  });

  it("without capacity continues while Auto Scaling retries, and fails without progress", async () => {
    const web = await rolloutGroup(emulator(), "scarce");
    await web.put("/lab/launch-failures/scarce", "no-capacity*1");
    const came = await web.roll(await web.version("t3.medium"));
    assert.equal(came.failure, undefined);
    assert.match(came.text, /do not have sufficient .* capacity.*Auto Scaling retries/);
    await web.put("/lab/launch-failures/scarce", "no-capacity");
    const { failure = "" } = await web.roll(await web.version("m5.large"), { timeoutSeconds: 6 });
    assert.match(failure, /no progress for 6 s/);
    assert.match(failure, /EC2 launched nothing: We currently do not have sufficient/);
    assert.deepEqual((await web.seen()).serving, ["2", "2"]);
  });

  it("with a key that cannot be used reports what that means", async () => {
    const web = await rolloutGroup(emulator(), "locked");
    await web.put("/lab/launch-failures/locked", "key");
    const { failure = "" } = await web.roll(await web.version("t3.medium"));
    assert.match(failure, /Client\.InternalError.*\n[\s\S]*^the key$/m);
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
  });

  it("killed during its refresh is followed by the next update, which starts no second refresh", async () => {
    const web = await rolloutGroup(emulator(), "killed");
    const version = await web.version("t3.medium");
    await web.leave(version, web.paced);
    await web.untilServing(["1", "2"]);
    const next = web.roll(version, web.paced);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await web.cancelByHand();
    const { text, failure = "" } = await next;
    assert.match(text, /an instance refresh to version 2 of lt-\w+ is already running/);
    assert.match(failure, /ended Cancelled/);
    assert.deepEqual(await web.refreshes(), ["Cancelled"]);
  });

  it("cancelled by hand reports what is left; the old version takes the group back, the new one continues", async () => {
    const web = await rolloutGroup(emulator(), "cancelled");
    const version = await web.version("t3.medium");
    const rolling = web.roll(version, web.paced);
    await web.untilServing(["1", "2"]);
    await web.cancelByHand();
    const { failure = "" } = await rolling;
    assert.match(failure, /ended Cancelled: Cancelled due to user request/);
    assert.match(failure, /In service now: 1 from version [12] of lt-\w+, 1 from version [12]/);
    assert.match(failure, /Next: instances of the new version are left/);
    assert.equal((await web.roll("1")).failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
    assert.equal((await web.roll(version)).failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["2", "2"]);
  });

  it("is cancelled in favor of a third image, which replaces all instances", async () => {
    const web = await rolloutGroup(emulator(), "third");
    await web.leave(await web.version("t3.medium"), web.paced);
    await web.untilServing(["1", "2"]);
    const { failure, text } = await web.roll(await web.version("m5.large"));
    assert.equal(failure, undefined);
    assert.match(text, /an instance refresh to version 2 of lt-\w+ is running; it is cancelled in favor of this one/);
    assert.deepEqual((await web.seen()).serving, ["3", "3"]);
    assert.deepEqual(await web.refreshes(), ["Successful", "Cancelled"]);
  });

  it("is rolled back by an update to the previous image", async () => {
    const web = await rolloutGroup(emulator(), "back");
    await web.leave(await web.version("t3.medium"), web.paced);
    await web.untilServing(["1", "2"]);
    const { failure, text } = await web.roll("1");
    assert.equal(failure, undefined);
    assert.match(text, /an instance refresh away from version 1 of lt-\w+ is running; it is rolled back/);
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
    assert.deepEqual(await web.refreshes(), ["RollbackSuccessful"]);
  });

  it("with a scale-out and a higher minimum in the same update launches only the new version", async () => {
    const web = await rolloutGroup(emulator(), "growing");
    const version = await web.version("t3.medium");
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "growing", MinSize: 3 }));
    const rolling = web.roll(version, { minSize: 3 });
    await web.scale(4);
    assert.equal((await rolling).failure, undefined);
    const { saved, serving } = await web.seen();
    assert.deepEqual([saved, new Set(serving)], ["2", new Set(["2"])]);
    assert.ok(serving.length >= 3);
  });

  it("with a minimum below the scaled capacity succeeds at once", async () => {
    const web = await rolloutGroup(emulator(), "grown");
    await web.scale(5);
    await web.untilServing(["1", "1", "1", "1", "1"]);
    const since = Date.now();
    assert.equal((await web.roll("1", { minSize: 3 })).failure, undefined);
    assert.ok(Date.now() - since < 10_000);
  });

  it("is cancelled first when the group is destroyed", async () => {
    const web = await rolloutGroup(emulator(), "destroyed");
    const version = await web.version("t3.medium");
    await web.leave(version, web.paced);
    await web.untilServing(["1", "2"]);
    await stopRollout(web.state(version), () => {});
    assert.deepEqual(await web.refreshes(), ["Cancelled"]);
    await stopRollout(web.state(version, { groupName: "never-was" }), () => {});
  });

  it("is rejected with a next step during another refresh or with suspended processes", async () => {
    const web = await rolloutGroup(emulator(), "foreign");
    const AutoScalingGroupName = "foreign";
    const Preferences = { CheckpointPercentages: [50, 100], CheckpointDelay: 600 };
    await web.clients.groups.send(new StartInstanceRefreshCommand({ AutoScalingGroupName, Preferences }));
    const version = await web.version("t3.medium");
    assert.match(
      (await web.roll(version)).failure ?? "",
      /that this stack did not start .*rollout cancel --group foreign/,
    );
    await web.cancelByHand();
    const ScalingProcesses = ["Terminate"];
    await web.clients.groups.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    assert.match((await web.roll(version)).failure ?? "", /has suspended Terminate.*resume-processes/);
  });

  it("of a new group whose instances all fail reports their output; the next image is saved at once", async () => {
    const web = await rolloutGroup(emulator(), "newborn", 0);
    await web.boots("t3.small", "fails: the validator's key is gone");
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "newborn", MinSize: 1 }));
    const { failure = "" } = await web.roll("1", { minSize: 1 });
    assert.match(
      failure,
      /new instances? failed before (it was|they were) in service[\s\S]*\| the validator's key is gone/,
    );
    assert.match(failure, /In service now: no instance/);
    const mended = await web.roll(await web.version("t3.medium"), { minSize: 1 });
    assert.equal(mended.failure, undefined);
    assert.match(mended.text, /no instance is in service, so the group gets version 2/);
    const { saved, serving } = await web.seen();
    assert.deepEqual([saved, serving], ["2", ["2"]]);
    assert.deepEqual(await web.refreshes(), []);
  });

  it("does not count a failed instance of the previous version that was still booting when the next one was saved", async () => {
    const web = await rolloutGroup(emulator(), "late", 0);
    await web.boots("t3.small", "hangs");
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "late", MinSize: 1 }));
    await web.untilLaunching();
    const rolling = web.roll(await web.version("t3.medium"), { minSize: 1 });
    await eventually(60, "the version to be saved", async () => (await web.seen()).saved === "2" || undefined);
    await web.boots("t3.small", "fails: the validator's key is gone");
    assert.equal((await rolling).failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["2"]);
  });

  it("with a kept instance is cancelled at once with its output, and none starts until the instance is terminated", async () => {
    const web = await rolloutGroup(emulator(), "keeping");
    await web.boots("t3.large", "kept: FATAL: no such cookbook: web");
    const version = await web.version("t3.large");
    const asked = { keptIn: "launch", failuresAllowed: 5, minSize: 1, preferences: web.endFirst };
    const { failure = "", text } = await web.roll(version, asked);
    assert.match(text, /i-\w+ failed: its first boot failed, and it is kept in the lifecycle hook 'launch'/);
    assert.match(failure, /ended Cancelled: a new instance failed its first boot and is kept/);
    assert.match(failure, /^ {2}\| FATAL: no such cookbook: web$/m);
    assert.deepEqual([(await web.seen()).saved, (await web.seen()).serving], ["1", ["1"]]);
    const [, id = ""] = /^Next: .*complete-lifecycle-action .*--instance-id (i-\w+)'/m.exec(failure) ?? [];
    const mended = await web.version("t3.medium");
    assert.match((await web.roll(mended, asked)).failure ?? "", new RegExp(`keeps ${id} from an earlier`));
    const before = await web.roll("1", asked);
    assert.deepEqual([before.failure, /still kept.*ends it/.test(before.text)], [undefined, true], before.text);
    await web.end(id);
    assert.equal((await web.roll(mended, asked)).failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["3", "3"]);
  });

  it("waits for a cancellation in AWS that waits for a hanging instance, until its time-out", async () => {
    const web = await rolloutGroup(emulator(), "hanging");
    await web.boots("t3.large", "hangs");
    await web.leave(await web.version("t3.large"));
    await web.untilLaunching();
    await web.cancelByHand();
    const { failure = "" } = await web.roll(await web.version("t3.medium"), { timeoutSeconds: 3 });
    assert.match(
      failure,
      /is Cancelling, without progress for 3 s; AWS is waiting for i-\w+ Pending:Wait: terminate the instance/,
    );
  });

  it("to a third image does not wait for a second one that hangs in its first boot", async () => {
    const web = await rolloutGroup(emulator(), "hung");
    await web.boots("t3.large", "hangs");
    await web.leave(await web.version("t3.large"));
    await web.untilLaunching();
    assert.equal((await web.roll(await web.version("t3.medium"))).failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["3", "3"]);
  });

  it("of a new group whose first instance is kept reports it at once", async () => {
    const web = await rolloutGroup(emulator(), "keeper", 0);
    await web.boots("t3.small", "kept: the validator's key is gone");
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "keeper", MinSize: 1 }));
    const { failure = "" } = await web.roll("1", { minSize: 1, keptIn: "launch", failuresAllowed: 2 });
    assert.match(failure, /1 of 1 failed the first boot and is kept, which leaves fewer than 1/);
    assert.match(failure, /\| the validator's key is gone/);
  });

  it("of an empty group waits for nothing", async () => {
    const web = await rolloutGroup(emulator(), "empty", 0);
    assert.equal((await web.roll("1")).failure, undefined);
  });

  it("reads back a version that was saved by hand, and a refresh that nobody waited for", async () => {
    const web = await rolloutGroup(emulator(), "byhand");
    const { state } = await web.roll("1");
    assert.ok(state);
    assert.deepEqual(await readBack(state), state);
    const version = await web.version("t3.medium");
    const left = await web.leave(version, web.paced);
    assert.equal((await readBack(left))?.version, version, "while it goes on it is what was asked for");
    await web.cancelByHand();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal((await readBack(left))?.version, "1", "cancelled: the group never had it");
    const LaunchTemplate = { LaunchTemplateId: state.templateId, Version: version };
    await web.clients.groups.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "byhand", LaunchTemplate }),
    );
    assert.equal((await readBack(state))?.version, version);
    assert.equal(await readBack({ ...state, groupName: "never-was" }), undefined);
  });

  it("with a launch configuration replaces all instances; on failure the group launches from the previous one again", async () => {
    const web = await rolloutGroup(emulator(), "configured");
    const [first, second, bad] = await Promise.all([
      web.configuration("first", "t3.small"),
      web.configuration("second", "t3.medium"),
      web.configuration("bad", "t3.large"),
    ]);
    await web.boots("t3.large", "fails: no such cookbook");
    const from = (configurationName: string) => {
      const preferences = { ...web.state("1").preferences, AutoRollback: false, SkipMatching: false };
      return { configurationName, templateId: undefined, version: undefined, preferences };
    };
    const begun = await web.roll("", from(first));
    assert.equal(begun.failure, undefined);
    // A key with the value undefined breaks Pulumi's protocol
    assert.ok(!("savedVersion" in (begun.state ?? {})));
    assert.equal((await web.roll("", from(second))).failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["second", "second"]);
    const { failure = "" } = await web.roll("", from(bad));
    assert.match(failure, /launch configuration bad is not in service .* ended Cancelled: .*new instances? failed/);
    assert.match(failure, /the group launches launch configuration second/);
    const { saved, serving } = await web.seen();
    assert.deepEqual([saved, serving], ["second", ["second", "second"]]);
  });

  it("with a mixed instances policy uses it as the desired configuration", async () => {
    const web = await rolloutGroup(emulator(), "mixed");
    const mixedInstances = (types: string[]) => ({
      InstancesDistribution: { OnDemandBaseCapacity: 0, OnDemandPercentageAboveBaseCapacity: 100 },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    });
    const version = await web.version("t3.medium");
    const made = await web.roll(version, { mixedInstances: mixedInstances(["t3.medium"]) });
    assert.equal(made.failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["2", "2"]);
    const again = await web.roll(version, { mixedInstances: mixedInstances(["t3.medium"]) });
    assert.equal(again.failure, undefined);
    assert.deepEqual(await web.refreshes(), ["Successful"], "the same policy is no change");
    const other = await web.roll(version, { mixedInstances: mixedInstances(["t3.medium", "m5.large"]) });
    assert.equal(other.failure, undefined);
    assert.equal((await web.refreshes()).length, 2);
    const { Activities = [] } = await web.clients.groups.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "mixed" }),
    );
    assert.ok(Activities.length >= 4);
  });

  it("is inspected and rolled back by the operators' command", async () => {
    const web = await rolloutGroup(emulator(), "operated");
    const operate = (...words: string[]) =>
      runCommandLine(["rollout", ...words, "--group", "operated", "--region", "us-east-1"], process.env);
    const idle = await operate("status");
    assert.deepEqual([idle.code, /no instance refresh/.test(idle.stdout)], [0, true], idle.stderr);
    assert.equal((await operate("cancel")).code, 2);
    await web.leave(await web.version("t3.medium"), web.paced);
    await web.untilServing(["1", "2"]);
    const running = await operate("status");
    assert.equal(running.code, 3);
    assert.match(running.stdout, /operated launches version 1 of lt-.*InProgress to version 2 of lt-\w+: \d+ %/s);
    const back = await operate("rollback");
    assert.equal(back.code, 0, back.stdout + back.stderr);
    assert.match(back.stdout, /is RollbackSuccessful/);
    const { outdated, refresh } = JSON.parse((await operate("status", "--json")).stdout);
    assert.deepEqual([outdated, refresh.status], [[], "RollbackSuccessful"]);
    assert.match(refresh.reason, /user request/);
    const other = await web.version("m5.large");
    await web.leave(other, web.paced);
    await web.untilServing(["1", other]);
    assert.equal((await operate("cancel")).code, 3, "cancelled, with instances of both");
    assert.match(
      JSON.parse((await operate("status", "--json")).stdout).refresh.reason,
      /Cancelled due to user request/,
    );
  });
});
