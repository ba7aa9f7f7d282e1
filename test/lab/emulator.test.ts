import assert from "node:assert/strict";
import {
  CompleteLifecycleActionCommand,
  DeleteAutoScalingGroupCommand,
  DescribeInstanceRefreshesCommand,
  ExecutePolicyCommand,
  PutLifecycleHookCommand,
  PutScalingPolicyCommand,
  StartInstanceRefreshCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { type ComparisonOperator, PutMetricAlarmCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  type Clients,
  clientsOf,
  describe as describeGroup,
  listen,
  makeGroup,
  makeTemplate,
  members,
  newVersion,
} from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";

const TERMINATE = "autoscaling:EC2_INSTANCE_TERMINATE";

describe("emulator: scaling", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
  });
  after(() => emulator?.stop());

  async function policy(group: string, name: string, by: number, cooldown: number): Promise<string> {
    const PolicyType = "SimpleScaling";
    const settings = { PolicyType, AdjustmentType: "ChangeInCapacity", ScalingAdjustment: by, Cooldown: cooldown };
    const made = await clients.groups.send(
      new PutScalingPolicyCommand({ AutoScalingGroupName: group, PolicyName: name, ...settings }),
    );
    return String(made.PolicyARN);
  }

  async function alarm(group: string, side: ComparisonOperator, threshold: number, action: string): Promise<void> {
    const metric = { Namespace: "AWS/EC2", MetricName: "CPUUtilization", Statistic: "Average" as const };
    const Dimensions = [{ Name: "AutoScalingGroupName", Value: group }];
    const when = { Period: 1, EvaluationPeriods: 2, Threshold: threshold, ComparisonOperator: side };
    await clients.watch.send(
      new PutMetricAlarmCommand({
        AlarmName: `${group}-${side}`,
        ...metric,
        Dimensions,
        ...when,
        AlarmActions: [action],
      }),
    );
  }

  async function load(group: string, percent: number): Promise<void> {
    const Dimensions = [{ Name: "AutoScalingGroupName", Value: group }];
    const MetricData = [{ MetricName: "CPUUtilization", Dimensions, Value: percent }];
    await clients.watch.send(new PutMetricDataCommand({ Namespace: "AWS/EC2", MetricData }));
  }

  async function untilSize(group: string, size: number, percent: number): Promise<void> {
    await eventually(25, `${group} at ${size} instances`, async () => {
      await load(group, percent);
      return (await members(clients, group)).length === size || undefined;
    });
  }

  it("scales out to the maximum on a high alarm, scales in on a low one, and notifies the queue", async () => {
    await makeGroup(clients, "scaled", await makeTemplate(clients, "scaled"));
    const notices = await listen(clients, "scaled");
    await alarm("scaled", "GreaterThanOrEqualToThreshold", 70, await policy("scaled", "out", 5, 1));
    await alarm("scaled", "LessThanThreshold", 30, await policy("scaled", "in", -1, 1));

    await untilSize("scaled", 3, 90);
    assert.equal((await describeGroup(clients, "scaled"))?.DesiredCapacity, 3);
    assert.equal(new Set((await members(clients, "scaled")).map((one) => one.AvailabilityZone)).size, 2);
    await untilSize("scaled", 1, 5);

    const gone = await eventually(5, "two TERMINATE messages", async () => {
      const found = (await notices()).filter((notice) => notice.Event === TERMINATE);
      return found.length === 2 ? found : undefined;
    });
    const keys =
      "AccountId ActivityId AutoScalingGroupARN AutoScalingGroupName Cause Description Destination Details EC2InstanceId EndTime Event Origin Progress RequestId Service StartTime StatusCode StatusMessage Time";
    assert.equal(
      Object.keys(gone[0] ?? {})
        .sort()
        .join(" "),
      keys,
    );
    assert.equal(gone[0]?.AutoScalingGroupName, "scaled");
    assert.match(String(gone[0]?.EC2InstanceId), /^i-[0-9a-f]{17}$/);
    assert.match(String(gone[0]?.Cause), /monitor alarm scaled-LessThanThreshold in state ALARM triggered policy in/);
  });

  it("does not run a simple policy during its cooldown", async () => {
    await makeGroup(clients, "cooling", await makeTemplate(clients, "cooling"));
    await policy("cooling", "out", 1, 60);
    const run = new ExecutePolicyCommand({ AutoScalingGroupName: "cooling", PolicyName: "out", HonorCooldown: true });
    await clients.groups.send(run);
    await assert.rejects(clients.groups.send(run), { name: "ScalingActivityInProgressFault" });
    assert.equal((await members(clients, "cooling")).length, 2);
  });

  it("distinguishes policies of the same name by their group", async () => {
    const template = await makeTemplate(clients, "same-name");
    for (const group of ["first", "second"]) await makeGroup(clients, group, template);
    assert.notEqual(await policy("first", "out", 1, 0), await policy("second", "out", 2, 0));
    await clients.groups.send(new ExecutePolicyCommand({ AutoScalingGroupName: "first", PolicyName: "out" }));
    assert.equal((await members(clients, "first")).length, 2);
    assert.equal((await members(clients, "second")).length, 1);
  });

  it("keeps an instance waiting until its lifecycle action is completed", async () => {
    const group = { AutoScalingGroupName: "hooked" };
    await makeGroup(clients, "hooked", await makeTemplate(clients, "hooked"));
    const notices = await listen(clients, "hooked");
    const LifecycleTransition = "autoscaling:EC2_INSTANCE_TERMINATING";
    await clients.groups.send(
      new PutLifecycleHookCommand({ ...group, LifecycleHookName: "hold", LifecycleTransition }),
    );
    const InstanceId = (await members(clients, "hooked"))[0]?.InstanceId;
    await clients.groups.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: false }),
    );
    const held = (await members(clients, "hooked")).find((one) => one.InstanceId === InstanceId);
    assert.equal(held?.LifecycleState, "Terminating:Wait");
    assert.deepEqual(
      (await notices()).map((notice) => notice.Event),
      ["autoscaling:EC2_INSTANCE_LAUNCH"],
    );

    const done = { LifecycleHookName: "hold", LifecycleActionResult: "CONTINUE", InstanceId };
    await clients.groups.send(new CompleteLifecycleActionCommand({ ...group, ...done }));
    assert.ok(!(await members(clients, "hooked")).some((one) => one.InstanceId === InstanceId));
    assert.ok((await notices()).some((one) => one.Event === TERMINATE && one.EC2InstanceId === InstanceId));
  });

  it("replaces outdated instances only with a refresh, launching new ones first if all must stay healthy", async () => {
    const group = { AutoScalingGroupName: "fresh" };
    const template = await makeTemplate(clients, "fresh");
    await makeGroup(clients, "fresh", template, { MinSize: 2, MaxSize: 3 });
    const before = (await members(clients, "fresh")).map((one) => one.InstanceId);
    const Version = await newVersion(clients, template);
    const LaunchTemplate = { LaunchTemplateId: template, Version };
    await clients.groups.send(new UpdateAutoScalingGroupCommand({ ...group, LaunchTemplate }));
    assert.deepEqual(
      (await members(clients, "fresh")).map((one) => one.InstanceId),
      before,
    );

    const Preferences = { MinHealthyPercentage: 100, InstanceWarmup: 0, SkipMatching: true };
    await clients.groups.send(new StartInstanceRefreshCommand({ ...group, Preferences }));
    let smallest = Number.POSITIVE_INFINITY;
    await eventually(20, "the refresh", async () => {
      smallest = Math.min(smallest, (await members(clients, "fresh")).length);
      const { InstanceRefreshes } = await clients.groups.send(new DescribeInstanceRefreshesCommand(group));
      return InstanceRefreshes?.[0]?.Status === "Successful" || undefined;
    });
    const now = await members(clients, "fresh");
    assert.equal(now.length, 2);
    assert.ok(smallest >= 2);
    assert.ok(now.every((one) => one.LaunchTemplate?.Version === "2" && !before.includes(one.InstanceId)));
  });

  it("deletes a group with ForceDelete, even during a refresh, and announces every instance", async () => {
    const group = { AutoScalingGroupName: "doomed" };
    await makeGroup(clients, "doomed", await makeTemplate(clients, "doomed"), { MinSize: 2 });
    const notices = await listen(clients, "doomed");
    const ids = (await members(clients, "doomed")).map((one) => one.InstanceId);
    await assert.rejects(clients.groups.send(new DeleteAutoScalingGroupCommand(group)), { name: "ResourceInUseFault" });
    await clients.groups.send(new StartInstanceRefreshCommand({ ...group, Preferences: { InstanceWarmup: 60 } }));
    await clients.groups.send(new DeleteAutoScalingGroupCommand({ ...group, ForceDelete: true }));
    assert.equal(await describeGroup(clients, "doomed"), undefined);
    const gone = (await notices()).filter((one) => one.Event === TERMINATE).map((one) => one.EC2InstanceId);
    for (const id of ids) assert.ok(gone.includes(id));
  });
});
