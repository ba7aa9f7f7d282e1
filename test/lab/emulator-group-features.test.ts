import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  DescribeWarmPoolCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { CreateKeyCommand, KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { StackRunner } from "../../lab/engine/stack-runner";
import { componentsLiteral } from "../helpers/fresh-build";
import { writeProgram } from "../helpers/write-program";
import { type Clients, clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { makeServiceRole } from "./service-role";

const NAME = { AutoScalingGroupName: "test-web" };
const identity = (name: string) => ({ name, key: { ssmParameter: `/chef/${name}` } });

const BACKLOG = {
  expression: "waiting / instances",
  metrics: {
    waiting: { namespace: "App", metricName: "Waiting", dimensions: {} },
    instances: { namespace: "AWS/AutoScaling", metricName: "GroupInServiceInstances" },
  },
};

/** A group with nearly every feature; unit tests cover what is mutually exclusive. */
const ARGS = {
  groupName: "test-web",
  imageId: "ami-0deb1200000000001",
  instanceType: "t3.small",
  chef: { serverUrl: "https://chef.invalid", validator: identity("validator"), operator: identity("operator") },
  onDestroy: "retain",
  capacity: { min: 1, max: 4, desired: 2 },
  availabilityZones: ["us-east-1a", "us-east-1b"],
  ingress: [{ fromPort: 443, cidrBlocks: ["10.0.0.0/8"] }],
  sessionManager: true,
  rootVolume: { sizeGib: 20 },
  terminationPolicies: ["OldestLaunchTemplate", "OldestInstance"],
  maximumInstanceLifetimeSeconds: 604_800,
  maintenance: { minHealthyPercentage: 90, maxHealthyPercentage: 120 },
  suspendedProcesses: ["AZRebalance"],
  defaultInstanceWarmupSeconds: 1,
  warmPool: { minimumSize: 1, reuseOnScaleIn: true },
  // Nothing runs in these instances, so nothing would answer the launch hook of a warm pool
  hooks: { launch: { completedBy: "other", defaultResult: "CONTINUE" }, terminate: { heartbeatSeconds: 30 } },
  // There is no Chef server: after this time the reaper releases an instance nevertheless
  reaper: { absenceGraceSeconds: 1 },
  rollout: { minHealthyPercentage: 50, instanceWarmupSeconds: 0, skipMatching: true },
  scaling: {
    out: [
      {
        steps: [
          { from: 0, adjustment: 1 },
          { from: 20, adjustment: 2 },
        ],
        statistic: "p90",
      },
      { name: "backlog", metric: BACKLOG, threshold: 100, enabled: false },
    ],
    in: { threshold: 20 },
    targets: {
      network: { metric: { kind: "networkIn" }, target: 1_000_000 },
      backlog: { metric: { kind: "math", ...BACKLOG }, target: 50, disableScaleIn: true },
    },
    predictive: { cpu: { target: 50 } },
    schedules: { morning: { recurrence: "0 7 * * 1-5", timeZone: "Europe/Berlin", min: 2 } },
  },
  observation: { dashboard: true },
  tags: { team: "web" },
};

describe("a group with nearly every feature", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "group-features-"));
  let emulator: Emulator;
  let clients: Clients;
  let kms: KMSClient;
  let stack: StackRunner;
  let kmsKeyArn: string | undefined;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records", "--hook-minute", "0.1");
    clients = clientsOf(emulator);
    kms = new KMSClient(emulator.client);
    await makeServiceRole(emulator);
    kmsKeyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn;
    const environment = {
      AWS_ENDPOINT_URL: emulator.client.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
    stack = inProcessRunner({
      project: folder,
      stack: "test",
      stateDir: join(folder, "state"),
      environment,
      config: { "aws:region": "us-east-1" },
    });
  });

  after(async () => {
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function up(changes: object = {}): Promise<void> {
    const rootVolume = { ...ARGS.rootVolume, kmsKeyArn };
    const args = JSON.stringify({ ...ARGS, rootVolume, ...changes });
    const components = componentsLiteral();
    const program = `import { ChefAutoScalingGroup } from ${components};\nnew ChefAutoScalingGroup("web", ${args} as never);\n`;
    writeProgram(folder, "features", program);
    const result = await stack.up({ skipPreview: true });
    assert.ok(result.ok, result.output);
  }

  it("is created with all of them", async () => {
    await up();
    const group = await describeGroup(clients, "test-web");
    const { groups, watch } = clients;
    assert.deepEqual([group?.MinSize, group?.MaxSize, group?.DesiredCapacity], [1, 4, 2]);
    assert.deepEqual(group?.TerminationPolicies, ["OldestLaunchTemplate", "OldestInstance"]);
    assert.equal(group?.MaxInstanceLifetime, 604_800);
    assert.equal(group?.InstanceMaintenancePolicy?.MaxHealthyPercentage, 120);
    assert.deepEqual(
      group?.SuspendedProcesses?.map((one) => one.ProcessName),
      ["AZRebalance"],
    );
    const { LifecycleHooks } = await groups.send(new DescribeLifecycleHooksCommand(NAME));
    assert.deepEqual(LifecycleHooks?.map(({ HeartbeatTimeout }) => HeartbeatTimeout).sort(), [30, 900]);
    const { ScalingPolicies = [] } = await groups.send(new DescribePoliciesCommand(NAME));
    const steps = ScalingPolicies.map((one) => one.StepAdjustments?.length ?? 0).sort();
    assert.deepEqual(steps, [0, 0, 0, 1, 1, 2]);
    const off = ScalingPolicies.filter(({ Enabled }) => Enabled === false);
    assert.deepEqual(
      off.map((one) => one.PolicyName?.startsWith("web-scale-out-backlog-policy")),
      [true],
    );
    const forecast = ScalingPolicies.find((one) => one.PolicyType === "PredictiveScaling");
    assert.equal(forecast?.PredictiveScalingConfiguration?.Mode, "ForecastOnly");
    const { MetricAlarms = [] } = await watch.send(new DescribeAlarmsCommand({}));
    assert.ok(MetricAlarms.some((one) => one.ExtendedStatistic === "p90"));
    const tracking = MetricAlarms.filter((one) => one.AlarmName?.startsWith("TargetTracking-test-web"));
    assert.equal(tracking.length, 4);
    const watched = (name: string) => MetricAlarms.filter((one) => one.AlarmName?.startsWith(name));
    const onExpression = [...tracking, ...watched("web-scale-out-backlog")].flatMap(({ Metrics = [] }) => {
      return Metrics.filter(({ ReturnData }) => ReturnData).map(({ Expression }) => Expression);
    });
    assert.deepEqual(onExpression, Array(3).fill(BACKLOG.expression));
    assert.equal((await watch.send(new ListDashboardsCommand({}))).DashboardEntries?.length, 1);
    const { ScheduledUpdateGroupActions } = await groups.send(new DescribeScheduledActionsCommand(NAME));
    assert.equal(ScheduledUpdateGroupActions?.[0]?.TimeZone, "Europe/Berlin");
    assert.equal((await kms.send(new ListGrantsCommand({ KeyId: kmsKeyArn }))).Grants?.length, 1);
    await eventually(10, "a warm pool of two stopped instances", async () => {
      const { Instances = [] } = await groups.send(new DescribeWarmPoolCommand(NAME));
      return Instances.filter((one) => one.LifecycleState === "Warmed:Stopped").length === 2 || undefined;
    });
  });

  it("replaces its instances with a refresh to a numbered version, and keeps the scaled capacity", async () => {
    await up({ instanceType: "t3.medium", capacity: { min: 1, max: 4, desired: 1 } });
    const { groups, ec2 } = clients;
    await eventually(110, "a successful refresh", async () => {
      const { InstanceRefreshes } = await groups.send(new DescribeInstanceRefreshesCommand(NAME));
      return InstanceRefreshes?.[0]?.Status === "Successful" || undefined;
    });
    const group = await describeGroup(clients, "test-web");
    assert.equal(group?.DesiredCapacity, 2);
    assert.equal(group?.LaunchTemplate?.Version, "2");
    const LaunchTemplateId = group?.LaunchTemplate?.LaunchTemplateId;
    const { LaunchTemplateVersions } = await ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }));
    assert.equal(LaunchTemplateVersions?.length, 2);
    assert.ok(group?.Instances?.every((one) => one.InstanceType === "t3.medium"));
  });

  it("is destroyed completely", async () => {
    const result = await stack.destroy();
    assert.ok(result.ok, result.output);
    assert.equal(await describeGroup(clients, "test-web"), undefined);
    assert.equal((await clients.watch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.length, 0);
    assert.equal((await kms.send(new ListGrantsCommand({ KeyId: kmsKeyArn }))).Grants?.length, 0);
  });
});
