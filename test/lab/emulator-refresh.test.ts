import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelInstanceRefreshCommand,
  CompleteLifecycleActionCommand,
  DescribeInstanceRefreshesCommand,
  EnterStandbyCommand,
  PutLifecycleHookCommand,
  type RefreshPreferences,
  RollbackInstanceRefreshCommand,
  SetDesiredCapacityCommand,
  type StandbyInstances,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  type Clients,
  clientsOf,
  describe as describeGroup,
  makeGroup,
  makeTemplate,
  members,
  newVersion,
} from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";

describe("emulator: instance refreshes", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
  });
  after(() => emulator?.stop());

  const versions = async (group: string) => (await members(clients, group)).map((one) => one.LaunchTemplate?.Version);
  const latest = async (AutoScalingGroupName: string) =>
    (await clients.groups.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }))).InstanceRefreshes?.[0];
  const untilStatus = (group: string, status: string) =>
    eventually(20, `the refresh of ${group} to be ${status}`, async () => {
      const found = await latest(group);
      return found?.Status === status ? found : undefined;
    });

  /** Creates a group of four on version 1 of its template; returns the specification of its version 2. */
  async function outdated(name: string) {
    const template = await makeTemplate(clients, name);
    await makeGroup(clients, name, template, { MinSize: 4, MaxSize: 8 });
    return { LaunchTemplateId: template, Version: await newVersion(clients, template) };
  }

  const start = (AutoScalingGroupName: string, more: RefreshPreferences, LaunchTemplate?: object) =>
    clients.groups.send(
      new StartInstanceRefreshCommand({
        AutoScalingGroupName,
        Preferences: { MinHealthyPercentage: 50, InstanceWarmup: 0, ...more },
        DesiredConfiguration: LaunchTemplate && { LaunchTemplate },
      }),
    );

  it("wait at a checkpoint for its delay, then replace the rest", async () => {
    const LaunchTemplate = await outdated("paced");
    await clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "paced", LaunchTemplate }));
    await start("paced", { CheckpointPercentages: [50, 100], CheckpointDelay: 3 });
    await eventually(20, "the checkpoint", async () => {
      const found = await latest("paced");
      return /Checkpoint/.test(found?.StatusReason ?? "") || undefined;
    });
    assert.deepEqual((await versions("paced")).sort(), ["1", "1", "2", "2"]);
    assert.equal((await latest("paced"))?.PercentageComplete, 50);
    await untilStatus("paced", "Successful");
    assert.deepEqual(await versions("paced"), ["2", "2", "2", "2"]);
  });

  it("keep instances that already match", async () => {
    const LaunchTemplate = await outdated("matching");
    await clients.groups.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "matching", LaunchTemplate, DesiredCapacity: 5 }),
    );
    const current = (await members(clients, "matching")).find((one) => one.LaunchTemplate?.Version === "2");
    await start("matching", { SkipMatching: true });
    const ended = await untilStatus("matching", "Successful");
    const after = await members(clients, "matching");
    assert.ok(after.some((one) => one.InstanceId === current?.InstanceId));
    assert.deepEqual([new Set(await versions("matching")).size, ended.PercentageComplete], [1, 100]);
  });

  const saved = async (group: string) => (await describeGroup(clients, group))?.LaunchTemplate?.Version;

  it("save the desired configuration on the group only after success", async () => {
    await start("desired", { CheckpointPercentages: [50, 100], CheckpointDelay: 2 }, await outdated("desired"));
    await eventually(20, "two of the new version", async () => {
      return (await versions("desired")).filter((one) => one === "2").length === 2 || undefined;
    });
    assert.equal(await saved("desired"), "1");
    await clients.groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: "desired", DesiredCapacity: 5 }));
    assert.equal(
      (await versions("desired")).filter((one) => one === "2").length,
      3,
      "a scale-out launches the new one",
    );
    await untilStatus("desired", "Successful");
    assert.equal(await saved("desired"), "2");
    assert.deepEqual(new Set(await versions("desired")), new Set(["2"]));
  });

  it("roll back to the group's saved version, which is the new one if that was saved before", async () => {
    const LaunchTemplate = await outdated("fooled");
    await clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "fooled", LaunchTemplate }));
    await start("fooled", { CheckpointPercentages: [50, 100], AutoRollback: true }, LaunchTemplate);
    await eventually(20, "two of the new version", async () => {
      return (await versions("fooled")).filter((one) => one === "2").length === 2 || undefined;
    });
    await clients.groups.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName: "fooled" }));
    const ended = await untilStatus("fooled", "RollbackSuccessful");
    assert.deepEqual(await versions("fooled"), ["2", "2", "2", "2"]);
    assert.equal(ended.RollbackDetails?.PercentageCompleteOnRollback, 50);
  });

  it("are rejected if AWS rejects them", async () => {
    const LaunchTemplate = await outdated("strict");
    await assert.rejects(start("strict", { AutoRollback: true }), /DesiredConfiguration/);
    const wide = { MinHealthyPercentage: 50, MaxHealthyPercentage: 200 };
    await assert.rejects(start("strict", wide, LaunchTemplate), /difference/);
    await assert.rejects(
      start("strict", { MinHealthyPercentage: undefined, MaxHealthyPercentage: 110 }, LaunchTemplate),
      /needs MinHealthyPercentage/,
    );
    await assert.rejects(start("strict", { CheckpointDelay: 5 }, LaunchTemplate), /CheckpointPercentages/);
    await clients.groups.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: "strict",
        LaunchTemplate: { ...LaunchTemplate, Version: "$Latest" },
      }),
    );
    await assert.rejects(start("strict", { AutoRollback: true }, LaunchTemplate), /numbered version/);
    const InstanceRequirements = { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4096 } };
    const MixedInstancesPolicy = {
      LaunchTemplate: { LaunchTemplateSpecification: LaunchTemplate, Overrides: [{ InstanceRequirements }] },
    };
    await clients.groups.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "strict", MixedInstancesPolicy }),
    );
    await assert.rejects(start("strict", {}, LaunchTemplate), /DesiredConfiguration is not supported/);
    await assert.rejects(start("strict", { SkipMatching: true }), /SkipMatching is not supported/);
  });

  it("lets nobody change what the group launches from beside a desired configuration", async () => {
    const LaunchTemplate = await outdated("beside");
    await start("beside", { CheckpointPercentages: [50, 100] }, LaunchTemplate);
    const update = (more: object) =>
      clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "beside", ...more }));
    await assert.rejects(update({ LaunchTemplate }), /An active instance refresh with a desired configuration exists/);
    await update({ MaxSize: 9 });
    await clients.groups.send(
      new CancelInstanceRefreshCommand({ AutoScalingGroupName: "beside", WaitForTransitioningInstances: false }),
    );
    await untilStatus("beside", "Cancelled");
    await update({ LaunchTemplate });
  });

  it("are cancelled in two steps, do not roll back on cancellation, and block another refresh meanwhile", async () => {
    const LaunchTemplate = await outdated("cancelled");
    await start("cancelled", { CheckpointPercentages: [50, 100] }, LaunchTemplate);
    await eventually(20, "two of the new version", async () => {
      return (await versions("cancelled")).filter((one) => one === "2").length === 2 || undefined;
    });
    await assert.rejects(start("cancelled", {}, LaunchTemplate), { name: "InstanceRefreshInProgressFault" });
    await clients.groups.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName: "cancelled" }));
    await untilStatus("cancelled", "Cancelled");
    assert.deepEqual([await saved("cancelled"), (await versions("cancelled")).sort()], ["1", ["1", "1", "2", "2"]]);
  });

  it("wait for instances in transition when cancelled, unless configured not to", async () => {
    const cancelled = async (AutoScalingGroupName: string, WaitForTransitioningInstances?: boolean) => {
      const LaunchTemplate = await outdated(AutoScalingGroupName);
      const hook = { LifecycleHookName: "launch", LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" };
      await clients.groups.send(new PutLifecycleHookCommand({ AutoScalingGroupName, ...hook, HeartbeatTimeout: 600 }));
      await start(AutoScalingGroupName, {}, LaunchTemplate);
      const waiting = await eventually(20, "two that wait in the hook", async () => {
        const all = await members(clients, AutoScalingGroupName);
        const found = all.filter(({ LifecycleState }) => LifecycleState === "Pending:Wait");
        return found.length === 2 ? found : undefined;
      });
      const request = { AutoScalingGroupName, WaitForTransitioningInstances };
      await clients.groups.send(new CancelInstanceRefreshCommand(request));
      return waiting;
    };
    await cancelled("hasty", false);
    await untilStatus("hasty", "Cancelled");
    const waiting = await cancelled("patient");
    await sleep(1500);
    assert.equal((await latest("patient"))?.Status, "Cancelling");
    const answer = { LifecycleHookName: "launch", LifecycleActionResult: "CONTINUE" };
    for (const { InstanceId } of waiting) {
      const request = { AutoScalingGroupName: "patient", ...answer, InstanceId };
      await clients.groups.send(new CompleteLifecycleActionCommand(request));
    }
    await untilStatus("patient", "Cancelled");
  });

  it("waits for what is outdated in Standby, unless it shall end it or leave it", async () => {
    const standing = async (AutoScalingGroupName: string, StandbyInstances: StandbyInstances) => {
      const LaunchTemplate = await outdated(AutoScalingGroupName);
      const [one] = await members(clients, AutoScalingGroupName);
      await clients.groups.send(
        new EnterStandbyCommand({
          ...{ AutoScalingGroupName, InstanceIds: [String(one?.InstanceId)] },
          ShouldDecrementDesiredCapacity: false,
        }),
      );
      await start(AutoScalingGroupName, { StandbyInstances }, LaunchTemplate);
      return String(one?.InstanceId);
    };
    const ids = async (group: string) => (await members(clients, group)).map(({ InstanceId }) => InstanceId);
    await standing("waits", "Wait");
    const [left, ended] = [await standing("leaves", "Ignore"), await standing("ends", "Terminate")];
    await Promise.all(["leaves", "ends"].map((group) => untilStatus(group, "Successful")));
    assert.ok((await ids("leaves")).includes(left) && !(await ids("ends")).includes(ended));
    assert.equal((await latest("waits"))?.Status, "InProgress");
    assert.deepEqual((await versions("waits")).sort(), ["1", "2", "2", "2", "2"]);
  });

  it("skip a checkpoint that they have already passed", async () => {
    const template = await makeTemplate(clients, "skipping");
    await makeGroup(clients, "skipping", template, { MinSize: 2, MaxSize: 4 });
    const LaunchTemplate = { LaunchTemplateId: template, Version: await newVersion(clients, template) };
    await start("skipping", { CheckpointPercentages: [10, 40, 100], CheckpointDelay: 600 }, LaunchTemplate);
    const waiting = await eventually(20, "a checkpoint", async () => {
      const found = await latest("skipping");
      return /Checkpoint/.test(found?.StatusReason ?? "") ? found : undefined;
    });
    assert.match(String(waiting.StatusReason), /40 percent/);
  });

  it("roll back to the previous version when one of their alarms fires", async () => {
    const LaunchTemplate = await outdated("failing");
    const metric = { Namespace: "own", MetricName: "errors", Statistic: "Sum" as const, Period: 60 };
    const ComparisonOperator = "GreaterThanThreshold" as const;
    const when = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator, TreatMissingData: "ignore" };
    await clients.watch.send(new PutMetricAlarmCommand({ AlarmName: "errors", ...metric, ...when }));
    const AlarmSpecification = { Alarms: ["errors"] };
    const checkpoint = { CheckpointPercentages: [50, 100], CheckpointDelay: 3600 };
    await start("failing", { ...checkpoint, AutoRollback: true, AlarmSpecification }, LaunchTemplate);
    await eventually(20, "two of the new version", async () => {
      return (await versions("failing")).filter((one) => one === "2").length === 2 || undefined;
    });
    await clients.watch.send(
      new SetAlarmStateCommand({ AlarmName: "errors", StateValue: "ALARM", StateReason: "the test says so" }),
    );
    const ended = await untilStatus("failing", "RollbackSuccessful");
    assert.match(String(ended.StatusReason), /alarm errors is in state ALARM/);
    assert.deepEqual(await versions("failing"), ["1", "1", "1", "1"]);
  });
});
