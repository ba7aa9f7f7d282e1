import assert from "node:assert/strict";
import {
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DeleteLifecycleHookCommand,
  DescribeAutoScalingInstancesCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  DescribeWarmPoolCommand,
  PutLifecycleHookCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  PutWarmPoolCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateImageCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
} from "@aws-sdk/client-ec2";
import {
  baseImage,
  type Clients,
  clientsOf,
  describe as describeGroup,
  listen,
  makeGroup,
  makeTemplate,
  members,
} from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";

describe("emulator: groups", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records", "--no-launch-configurations", "--minute", "1");
    clients = clientsOf(emulator);
  });
  after(() => emulator?.stop());

  const resize = (group: string, DesiredCapacity: number) =>
    clients.groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity }));
  const idsOf = async (group: string) => (await members(clients, group)).map((one) => String(one.InstanceId));
  const pool = async (group: string) =>
    (await clients.groups.send(new DescribeWarmPoolCommand({ AutoScalingGroupName: group }))).Instances ?? [];

  it("refuses rules of a security group that EC2 refuses", async () => {
    const { GroupId } = await clients.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "web", Description: "web" }),
    );
    const https = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
    const authorize = (IpPermissions: object[]) =>
      clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const [mine, yours] = ["mine", "the team's"].map((Description) => ({ CidrIp: "10.0.0.0/8", Description }));
    await assert.rejects(authorize([{ ...https, IpRanges: [yours] }]), /Invalid rule description/);
    const twice = [1, 2].map(() => ({ ...https, IpRanges: [mine] }));
    await assert.rejects(authorize(twice), /The same permission must not appear multiple times/);
    await authorize([{ ...https, IpRanges: [mine] }]);
  });

  it("keeps instances of a warm pool stopped, scales out from it and in to it, and reports origin and destination", async () => {
    const target = { AutoScalingGroupName: "warm" };
    await makeGroup(clients, "warm", await makeTemplate(clients, "warm"));
    const notices = await listen(clients, "warm");
    const InstanceReusePolicy = { ReuseOnScaleIn: true };
    await clients.groups.send(new PutWarmPoolCommand({ ...target, MinSize: 1, InstanceReusePolicy }));
    const rested = () =>
      eventually(10, "two stopped instances in the pool", async () => {
        const found = await pool("warm");
        const stopped = found.filter((one) => one.LifecycleState === "Warmed:Stopped");
        return stopped.length === 2 && found.length === 2 ? stopped.map((one) => String(one.InstanceId)) : undefined;
      });
    const waiting = await rested();
    assert.equal((await describeGroup(clients, "warm"))?.WarmPoolSize, 2);
    assert.ok(!(await idsOf("warm")).some((id) => waiting.includes(id)));
    const { AutoScalingInstances } = await clients.groups.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: waiting }),
    );
    assert.equal(AutoScalingInstances?.length, 2);

    await resize("warm", 2);
    const grown = await idsOf("warm");
    const taken = waiting.find((id) => grown.includes(id));
    assert.ok(taken, "the new member came from elsewhere");
    await resize("warm", 1);
    const back = await rested();
    assert.ok(back.some((id) => grown.includes(id)));

    const ways = (await notices()).map(({ Event, Origin, Destination }) => `${Event}: ${Origin} to ${Destination}`);
    for (const way of [
      "autoscaling:EC2_INSTANCE_LAUNCH: EC2 to WarmPool",
      "autoscaling:EC2_INSTANCE_LAUNCH: WarmPool to AutoScalingGroup",
      "autoscaling:EC2_INSTANCE_TERMINATE: AutoScalingGroup to WarmPool",
    ]) {
      assert.ok(ways.includes(way), `${way} is not among ${ways.join("; ")}`);
    }
  });

  it("runs a scheduled action once, and one with a recurrence repeatedly in its time zone", async () => {
    const target = { AutoScalingGroupName: "timed" };
    await makeGroup(clients, "timed", await makeTemplate(clients, "timed"));
    const put = (name: string, more: object) =>
      clients.groups.send(new PutScheduledUpdateGroupActionCommand({ ...target, ScheduledActionName: name, ...more }));
    const actions = async () =>
      (await clients.groups.send(new DescribeScheduledActionsCommand(target))).ScheduledUpdateGroupActions ?? [];
    await put("night", { Recurrence: "30 22 * * *", TimeZone: "Asia/Kolkata", DesiredCapacity: 1 });
    assert.match(String((await actions())[0]?.StartTime?.toISOString()), /T17:00:00/);
    await assert.rejects(put("bad", { Recurrence: "every day" }), /recurrence string/i);
    await assert.rejects(put("bad", { Recurrence: "0 0 * * *", TimeZone: "Mars/Base" }), /timezone/);

    await put("minutely", { Recurrence: "* * * * *", MaxSize: 5 });
    const soon = (await actions()).find((one) => one.ScheduledActionName === "minutely")?.StartTime as Date;
    await assert.rejects(put("past", { StartTime: new Date(soon.getTime() - 600_000), MinSize: 1 }), /in the past/);
    await put("once", { StartTime: soon, MaxSize: 5, MinSize: 2, DesiredCapacity: 4 });
    await assert.rejects(put("twice", { StartTime: soon, MaxSize: 5 }), /scheduled start time already exists/);
    await eventually(15, "the group at 4", async () => (await idsOf("timed")).length === 4 || undefined);
    assert.ok(!(await actions()).some((one) => one.ScheduledActionName === "once"));
    await put("minutely", { Recurrence: "* * * * *", DesiredCapacity: 3 });
    await eventually(15, "the group at 3", async () => (await idsOf("timed")).length === 3 || undefined);
    await resize("timed", 4);
    await eventually(15, "the group at 3 again", async () => (await idsOf("timed")).length === 3 || undefined);
  });

  it("follows a mixed instances policy: types of the overrides, Spot beyond the On-Demand share, weights", async () => {
    const LaunchTemplateSpecification = { LaunchTemplateId: await makeTemplate(clients, "mixed"), Version: "1" };
    const Overrides = [{ InstanceType: "t3.medium" }, { InstanceType: "t3a.medium" }, { InstanceType: "t2.medium" }];
    const group = (name: string, overrides: object[], distribution: object, more: object) =>
      clients.groups.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: name,
          AvailabilityZones: ["us-east-1a"],
          MixedInstancesPolicy: {
            LaunchTemplate: { LaunchTemplateSpecification, Overrides: overrides },
            InstancesDistribution: distribution,
          },
          MinSize: 1,
          MaxSize: 12,
          ...more,
        }),
      );
    const half = { OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 50 };
    await group(
      "mixed",
      Overrides,
      { ...half, SpotAllocationStrategy: "price-capacity-optimized" },
      { DesiredCapacity: 5 },
    );
    const bought = async (name: string) => {
      const { Reservations = [] } = await clients.ec2.send(
        new DescribeInstancesCommand({ InstanceIds: await idsOf(name) }),
      );
      return Reservations.flatMap(({ Instances = [] }) => Instances).map(
        (one) => `${one.InstanceLifecycle ?? "on-demand"} ${one.InstanceType}`,
      );
    };
    assert.deepEqual((await bought("mixed")).sort(), [
      ...Array(3).fill("on-demand t3.medium"),
      "spot t3.medium",
      "spot t3a.medium",
    ]);
    await resize("mixed", 3);
    assert.deepEqual((await bought("mixed")).filter((one) => one.startsWith("spot")).length, 1);

    const weighted = [{ InstanceType: "t3.xlarge", WeightedCapacity: "4" }];
    await group("weighted", weighted, { OnDemandPercentageAboveBaseCapacity: 0 }, { DesiredCapacity: 8 });
    assert.deepEqual(await bought("weighted"), ["spot t3.xlarge", "spot t3.xlarge"]);
    assert.equal((await members(clients, "weighted"))[0]?.WeightedCapacity, "4");
    assert.equal((await describeGroup(clients, "weighted"))?.LaunchTemplate, undefined);
  });

  it("terminates first what the termination policies specify, and never a protected instance", async () => {
    const group = { AutoScalingGroupName: "ending" };
    const one = { VPCZoneIdentifier: undefined, AvailabilityZones: ["us-east-1a"], MaxSize: 4, DesiredCapacity: 4 };
    await makeGroup(clients, "ending", await makeTemplate(clients, "ending"), {
      ...one,
      TerminationPolicies: ["NewestInstance"],
    });
    const before = await idsOf("ending");
    await resize("ending", 3);
    assert.deepEqual(await idsOf("ending"), before.slice(0, 3));
    await clients.groups.send(new UpdateAutoScalingGroupCommand({ ...group, TerminationPolicies: ["OldestInstance"] }));
    await resize("ending", 2);
    assert.deepEqual(await idsOf("ending"), before.slice(1, 3));
    const InstanceIds = before.slice(1, 3);
    await clients.groups.send(new SetInstanceProtectionCommand({ ...group, InstanceIds, ProtectedFromScaleIn: true }));
    await resize("ending", 1);
    assert.deepEqual(await idsOf("ending"), InstanceIds);
  });

  it("does not run suspended processes until they are resumed", async () => {
    const group = { AutoScalingGroupName: "paused" };
    await makeGroup(clients, "paused", await makeTemplate(clients, "paused"));
    await clients.groups.send(new SuspendProcessesCommand({ ...group, ScalingProcesses: ["Launch", "Terminate"] }));
    const before = await idsOf("paused");
    await resize("paused", 3);
    assert.deepEqual(await idsOf("paused"), before);
    await clients.groups.send(new ResumeProcessesCommand({ ...group, ScalingProcesses: ["Launch"] }));
    await resize("paused", 2);
    assert.equal((await idsOf("paused")).length, 2);
    await resize("paused", 1);
    assert.equal((await idsOf("paused")).length, 2);
  });

  it("holds a launch at its hook, and abandons it when the hook is deleted", async () => {
    const group = { AutoScalingGroupName: "greeted" };
    await makeGroup(clients, "greeted", await makeTemplate(clients, "greeted"), { MinSize: 0 });
    const hook = { ...group, LifecycleHookName: "greet" };
    const LifecycleTransition = "autoscaling:EC2_INSTANCE_LAUNCHING";
    await clients.groups.send(new PutLifecycleHookCommand({ ...hook, LifecycleTransition }));
    await resize("greeted", 1);
    const [held] = await members(clients, "greeted");
    assert.equal(held?.LifecycleState, "Pending:Wait");
    await clients.groups.send(new DeleteLifecycleHookCommand(hook));
    const [next] = await members(clients, "greeted");
    assert.deepEqual([next?.LifecycleState, next?.InstanceId === held?.InstanceId], ["InService", false]);
  });

  it("creates the two alarms of a target-tracking policy", async () => {
    const group = { AutoScalingGroupName: "tracked" };
    await makeGroup(clients, "tracked", await makeTemplate(clients, "tracked"));
    const TargetTrackingConfiguration = {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" as const },
    };
    const { Alarms = [] } = await clients.groups.send(
      new PutScalingPolicyCommand({
        ...group,
        PolicyName: "cpu",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration,
      }),
    );
    const { MetricAlarms = [] } = await clients.watch.send(
      new DescribeAlarmsCommand({ AlarmNames: Alarms.map((one) => String(one.AlarmName)) }),
    );
    assert.deepEqual(MetricAlarms.map((one) => one.Threshold).sort(), [45, 50]);
    const { ScalingPolicies } = await clients.groups.send(new DescribePoliciesCommand(group));
    assert.deepEqual(MetricAlarms[0]?.AlarmActions, [ScalingPolicies?.[0]?.PolicyARN]);
  });

  it("does not run a disabled policy when its alarm fires, until it is enabled again", async () => {
    const group = { AutoScalingGroupName: "disabled" };
    await makeGroup(clients, "disabled", await makeTemplate(clients, "disabled"), { MaxSize: 4 });
    const before = (await idsOf("disabled")).length;
    const put = async (Enabled: boolean) => {
      const amount = {
        AdjustmentType: "ChangeInCapacity",
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      };
      const policy = {
        ...group,
        ...amount,
        PolicyName: "out",
        PolicyType: "StepScaling",
        EstimatedInstanceWarmup: 0,
        Enabled,
      };
      return String((await clients.groups.send(new PutScalingPolicyCommand(policy))).PolicyARN);
    };
    const AlarmName = "disabled-out";
    await clients.watch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName, AlarmActions: [await put(false)], Namespace: "App", MetricName: "Load", Statistic: "Average" },
        ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, TreatMissingData: "ignore" },
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
      }),
    );
    const goOff = async () => {
      for (const StateValue of ["OK", "ALARM"] as const) {
        await clients.watch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "test" }));
      }
    };
    await goOff();
    assert.equal((await describeGroup(clients, "disabled"))?.DesiredCapacity, before);
    const { ScalingPolicies } = await clients.groups.send(new DescribePoliciesCommand(group));
    assert.equal(ScalingPolicies?.[0]?.Enabled, false);
    await put(true);
    await goOff();
    assert.equal((await describeGroup(clients, "disabled"))?.DesiredCapacity, before + 1);
  });

  it("stores the configuration of a predictive policy, and rejects one without it", async () => {
    const group = { AutoScalingGroupName: "forecast" };
    await makeGroup(clients, "forecast", await makeTemplate(clients, "forecast"));
    const policy = { ...group, PolicyName: "ahead", PolicyType: "PredictiveScaling" };
    await assert.rejects(clients.groups.send(new PutScalingPolicyCommand(policy)), { name: "ValidationError" });
    const MetricSpecifications = [
      { TargetValue: 50, PredefinedMetricPairSpecification: { PredefinedMetricType: "ASGCPUUtilization" as const } },
    ];
    const PredictiveScalingConfiguration = { Mode: "ForecastOnly" as const, MetricSpecifications };
    await clients.groups.send(new PutScalingPolicyCommand({ ...policy, PredictiveScalingConfiguration }));
    const { ScalingPolicies } = await clients.groups.send(new DescribePoliciesCommand(group));
    const { TargetValue } = ScalingPolicies?.[0]?.PredictiveScalingConfiguration?.MetricSpecifications?.[0] ?? {};
    assert.equal(Number(TargetValue), 50);
  });

  it("rejects launch configurations with the error of AWS if the account does not support them", async () => {
    const request = { LaunchConfigurationName: "old", ImageId: await baseImage(clients), InstanceType: "t3.small" };
    await assert.rejects(clients.groups.send(new CreateLaunchConfigurationCommand(request)), {
      name: "UnsupportedOperation",
      message: /^The Launch Configuration creation operation is not available in your account\. Use launch templates/,
    });
  });

  it("tags the snapshots of an image on creation", async () => {
    await makeGroup(clients, "imaged", await makeTemplate(clients, "imaged"));
    const [InstanceId] = await idsOf("imaged");
    const tagged = (ResourceType: "image" | "snapshot") => ({
      ResourceType,
      Tags: [{ Key: "of", Value: ResourceType }],
    });
    await clients.ec2.send(
      new CreateImageCommand({ InstanceId, Name: "made", TagSpecifications: [tagged("image"), tagged("snapshot")] }),
    );
    const { Snapshots } = await clients.ec2.send(
      new DescribeSnapshotsCommand({ Filters: [{ Name: "tag:of", Values: ["snapshot"] }] }),
    );
    assert.equal(Snapshots?.length, 1);
  });
});
