import assert from "node:assert/strict";
import {
  CompleteLifecycleActionCommand,
  DeleteAutoScalingGroupCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  DescribeWarmPoolCommand,
  EnableMetricsCollectionCommand,
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
  RecordLifecycleActionHeartbeatCommand,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLaunchTemplateVersionCommand, DescribeVpcsCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Clients, clientsOf, listen, makeGroup, makeTemplate, members } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
const LAUNCH = { LifecycleHookName: "launch", LifecycleTransition: LAUNCHING, HeartbeatTimeout: 30 };
const ABANDONED = /Lifecycle Action with token \S+ was abandoned: Lifecycle Action Completed with ABANDON Result$/;

describe("emulator: lifecycle hooks", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    // Half a minute of a hook's timeout lasts three seconds
    emulator = await startEmulator("records", "--hook-minute", "6", "--minute", "0.5");
    clients = clientsOf(emulator);
  });
  after(() => emulator?.stop());

  const of = (name: string) => ({ AutoScalingGroupName: name });
  const hooked = async (name: string, more: object = {}) =>
    makeGroup(clients, name, await makeTemplate(clients, name), { LifecycleHookSpecificationList: [LAUNCH], ...more });
  const only = async (name: string) => {
    const [first, ...rest] = await members(clients, name);
    assert.equal(rest.length, 0);
    return { id: String(first?.InstanceId), state: first?.LifecycleState };
  };
  const answer = (name: string, InstanceId: string, LifecycleActionResult: string) =>
    clients.groups.send(
      new CompleteLifecycleActionCommand({
        ...of(name),
        LifecycleHookName: "launch",
        InstanceId,
        LifecycleActionResult,
      }),
    );
  const activities = async (name: string) =>
    (await clients.groups.send(new DescribeScalingActivitiesCommand(of(name)))).Activities ?? [];

  it("holds a group's first instance only at hooks that the group was created with", async () => {
    await hooked("initial");
    assert.equal((await only("initial")).state, "Pending:Wait");
    await makeGroup(clients, "later", await makeTemplate(clients, "later"));
    await clients.groups.send(new PutLifecycleHookCommand({ ...of("later"), ...LAUNCH }));
    assert.equal((await only("later")).state, "InService");
  });

  it("registers an instance with target groups after its launch hook, and deregisters it before its termination hook", async () => {
    const balancing = new ElasticLoadBalancingV2Client(emulator.client);
    const { Vpcs } = await clients.ec2.send(new DescribeVpcsCommand({}));
    const request = { Name: "balanced", Port: 80, Protocol: "HTTP", VpcId: Vpcs?.[0]?.VpcId } as const;
    const { TargetGroups } = await balancing.send(new CreateTargetGroupCommand(request));
    const TargetGroupArn = String(TargetGroups?.[0]?.TargetGroupArn);
    const targets = async () => {
      const found = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      return found.TargetHealthDescriptions?.map(({ Target }) => Target?.Id);
    };
    await assert.rejects(hooked("unknown", { TargetGroupARNs: [`${TargetGroupArn}0`] }), /is not there/);
    await hooked("balanced", { TargetGroupARNs: [TargetGroupArn] });
    const { id } = await only("balanced");
    assert.deepEqual(await targets(), []);
    await answer("balanced", id, "CONTINUE");
    assert.deepEqual(await targets(), [id]);
    const terminating = {
      ...LAUNCH,
      LifecycleHookName: "end",
      LifecycleTransition: LAUNCHING.replace("LAUNCH", "TERMINAT"),
    };
    await clients.groups.send(new PutLifecycleHookCommand({ ...of("balanced"), ...terminating }));
    const leaving = { InstanceId: id, ShouldDecrementDesiredCapacity: false };
    await clients.groups.send(new TerminateInstanceInAutoScalingGroupCommand(leaving));
    const states = (await members(clients, "balanced")).map(({ LifecycleState }) => LifecycleState);
    assert.deepEqual(states.sort(), ["Pending:Wait", "Terminating:Wait"]);
    assert.deepEqual(await targets(), []);
  });

  it("updates the settings of a hook that already exists", async () => {
    await hooked("twice");
    const update = { LifecycleHookName: "launch", HeartbeatTimeout: 60 };
    await clients.groups.send(new PutLifecycleHookCommand({ ...of("twice"), ...update }));
    const { LifecycleHooks = [] } = await clients.groups.send(new DescribeLifecycleHooksCommand(of("twice")));
    assert.deepEqual(
      LifecycleHooks.map((one) => [one.LifecycleTransition, one.HeartbeatTimeout, one.GlobalTimeout]),
      [[LAUNCHING, 60, 6000]],
    );
    const tooShort = { ...of("twice"), ...LAUNCH, HeartbeatTimeout: 29 };
    await assert.rejects(clients.groups.send(new PutLifecycleHookCommand(tooShort)), /between 30 and 7200/);
  });

  it("terminates an abandoned launch, reports it as an error and as a cancelled activity, and retries", async () => {
    await hooked("abandoned");
    const notices = await listen(clients, "abandoned", ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR"]);
    const first = await only("abandoned");
    await answer("abandoned", first.id, "ABANDON");
    const second = await only("abandoned");
    assert.deepEqual([second.state, second.id === first.id], ["Pending:Wait", false]);
    const listed = await activities("abandoned");
    assert.deepEqual(
      listed.map(({ StatusCode, EndTime }) => [StatusCode, EndTime !== undefined]),
      [
        ["MidLifecycleAction", false],
        ["Cancelled", true],
      ],
      "what goes on is listed too",
    );
    assert.match(String(listed[1]?.StatusMessage), ABANDONED);
    await answer("abandoned", second.id, "CONTINUE");
    assert.equal((await only("abandoned")).state, "InService");
    const told = (await notices()).map(({ Event, EC2InstanceId }) => [Event, EC2InstanceId]);
    assert.deepEqual(told, [
      ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", first.id],
      ["autoscaling:EC2_INSTANCE_LAUNCH", second.id],
    ]);
  });

  it("applies the default result if there is no answer, and later if there was a heartbeat", async () => {
    await hooked("silent");
    const { id } = await only("silent");
    const beating = Date.now() + 5_000;
    while (Date.now() < beating) {
      const beat = { ...of("silent"), LifecycleHookName: "launch", InstanceId: id };
      await clients.groups.send(new RecordLifecycleActionHeartbeatCommand(beat));
      await new Promise((done) => setTimeout(done, 500));
    }
    assert.equal((await only("silent")).id, id);
    await eventually(8, "another instance", async () => (await only("silent")).id !== id || undefined);
    const ended = (await activities("silent")).find(({ Description }) => Description?.includes(id));
    assert.match(String(ended?.StatusMessage), /was abandoned: Heartbeat Timeout$/);
  });

  it("removes the hooks of a deleted group", async () => {
    await hooked("reborn");
    await clients.groups.send(new DeleteAutoScalingGroupCommand({ ...of("reborn"), ForceDelete: true }));
    await makeGroup(clients, "reborn", "", {
      LaunchTemplate: { LaunchTemplateName: "reborn", Version: "1" },
    });
    assert.equal((await only("reborn")).state, "InService");
  });

  it("evaluates metric math that detects missing instances in service", async () => {
    await hooked("short");
    const Metrics = ["GroupDesiredCapacity", "GroupInServiceInstances"];
    await clients.groups.send(new EnableMetricsCollectionCommand({ ...of("short"), Granularity: "1Minute", Metrics }));
    const Dimensions = [{ Name: "AutoScalingGroupName", Value: "short" }];
    const query = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: "AWS/AutoScaling", MetricName, Dimensions }, Period: 300, Stat: "Maximum" },
    });
    await clients.watch.send(
      new PutMetricAlarmCommand({
        AlarmName: "short",
        Metrics: [
          query("wanted", "GroupDesiredCapacity"),
          query("served", "GroupInServiceInstances"),
          { Id: "missing", Expression: "wanted - served", ReturnData: true },
        ],
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 0,
        EvaluationPeriods: 2,
      }),
    );
    const state = async () =>
      (await clients.watch.send(new DescribeAlarmsCommand({ AlarmNames: ["short"] }))).MetricAlarms?.[0]?.StateValue;
    await eventually(20, "the alarm", async () => ((await state()) === "ALARM" ? true : undefined));
    await eventually(20, "the alarm's end", async () => {
      const { id, state: lifecycle } = await only("short");
      if (lifecycle === "Pending:Wait") await answer("short", id, "CONTINUE");
      return (await state()) === "OK" || undefined;
    });
  });

  describe("with a warm pool", () => {
    const pool = async (name: string) =>
      (await clients.groups.send(new DescribeWarmPoolCommand(of(name)))).Instances ?? [];
    const warm = (name: string, more: object = {}) =>
      clients.groups.send(new PutWarmPoolCommand({ ...of(name), MinSize: 0, ...more }));

    it("holds an instance on its way into the pool, out of it, and back", async () => {
      await hooked("pooled", { MinSize: 0, MaxSize: 1 });
      await clients.groups.send(
        new PutLifecycleHookCommand({
          ...of("pooled"),
          LifecycleHookName: "terminate",
          LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
        }),
      );
      await warm("pooled", { InstanceReusePolicy: { ReuseOnScaleIn: true } });
      const [held] = await pool("pooled");
      assert.equal(held?.LifecycleState, "Warmed:Pending:Wait");
      const id = String(held?.InstanceId);
      await answer("pooled", id, "CONTINUE");
      const stopped = async () => (await pool("pooled"))[0]?.LifecycleState === "Warmed:Stopped" || undefined;
      await eventually(5, "the instance to be stopped", stopped);
      await clients.groups.send(new SetDesiredCapacityCommand({ ...of("pooled"), DesiredCapacity: 1 }));
      assert.deepEqual(await only("pooled"), { id, state: "Pending:Wait" });
      await answer("pooled", id, "CONTINUE");
      await clients.groups.send(new SetDesiredCapacityCommand({ ...of("pooled"), DesiredCapacity: 0 }));
      assert.deepEqual(await only("pooled"), { id, state: "Warmed:Pending:Wait" });
      const done = { LifecycleHookName: "terminate", LifecycleActionResult: "CONTINUE", InstanceId: id };
      await clients.groups.send(new CompleteLifecycleActionCommand({ ...of("pooled"), ...done }));
      await eventually(5, "the instance to be stopped again", stopped);
    });

    it("does not delay the stop of an instance without a hook", async () => {
      await makeGroup(clients, "unheld", await makeTemplate(clients, "unheld"), { MinSize: 0, MaxSize: 1 });
      await warm("unheld");
      await eventually(5, "the instance to be stopped", async () =>
        (await pool("unheld"))[0]?.LifecycleState === "Warmed:Stopped" ? true : undefined,
      );
    });

    it("allows mixed On-Demand instances, but neither Spot nor weights", async () => {
      const LaunchTemplateSpecification = { LaunchTemplateId: await makeTemplate(clients, "blend"), Version: "1" };
      const mixed = (name: string, override: object, OnDemandPercentageAboveBaseCapacity: number) =>
        makeGroup(clients, name, "", {
          LaunchTemplate: undefined,
          MinSize: 0,
          MixedInstancesPolicy: {
            LaunchTemplate: {
              LaunchTemplateSpecification,
              Overrides: [{ InstanceType: "t3.small", ...override }],
            },
            InstancesDistribution: { OnDemandPercentageAboveBaseCapacity },
          },
        });
      await mixed("blend", {}, 100);
      await warm("blend");
      await mixed("spotted", {}, 50);
      await assert.rejects(warm("spotted"), /requests Spot Instances/);
      await mixed("weighed", { WeightedCapacity: "2" }, 100);
      await assert.rejects(warm("weighed"), /instance weights/);
    });

    it("hibernates only instances that are launched for it, with an encrypted volume", async () => {
      const LaunchTemplateId = await makeTemplate(clients, "sleepy");
      await makeGroup(clients, "sleepy", LaunchTemplateId, { MinSize: 0, MaxSize: 1 });
      const hibernated = { PoolState: "Hibernated" };
      await assert.rejects(warm("sleepy", hibernated), /HibernationOptions/);
      const version = async (encrypted: boolean) => {
        const LaunchTemplateData = {
          HibernationOptions: { Configured: true },
          BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: encrypted, VolumeSize: 16 } }],
        };
        const made = await clients.ec2.send(
          new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, SourceVersion: "1", LaunchTemplateData }),
        );
        return String(made.LaunchTemplateVersion?.VersionNumber);
      };
      const run = async (encrypted: boolean) => {
        const LaunchTemplate = { LaunchTemplateId, Version: await version(encrypted) };
        await clients.ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, LaunchTemplate }));
      };
      await assert.rejects(run(false), /root device volume must be encrypted/);
      const Version = await version(true);
      await makeGroup(clients, "asleep", "", {
        LaunchTemplate: { LaunchTemplateId, Version },
        MinSize: 0,
        MaxSize: 1,
      });
      await warm("asleep", hibernated);
      await eventually(5, "the instance to be hibernated", async () =>
        (await pool("asleep"))[0]?.LifecycleState === "Warmed:Hibernated" ? true : undefined,
      );
    });
  });
});
