import assert from "node:assert/strict";
import { DescribeAutoScalingGroupsCommand, DescribeWarmPoolCommand } from "@aws-sdk/client-auto-scaling";
import { NOT_MODELLED } from "../../lab/providers/aws/not-modelled";
import { RESOURCE_TYPES } from "../../lab/providers/aws/table";
import type { Provider } from "../../lab/providers/provider";
import { type Properties, SIGNATURE } from "../../lab/providers/values";
import { type Clients, clientsOf, makeTemplate } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { type Made, make, usEast1 } from "./provider-subject";
import { type Recorder, startRecorder } from "./recorder";
import { FUNCTION_POLICY } from "./role-maker";

const GROUP = "aws:autoscaling/group:Group";
const ROLE = "arn:aws:iam::123456789012:role/fn";
const CODE = { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: {} };

describe("inputs that the lab's aws provider does not model", function () {
  this.timeout(60_000);
  const kept = { ...process.env };
  let emulator: Emulator;
  let clients: Clients;
  let recorder: Recorder;
  let provider: Provider;
  let template: string;
  const standing: Made[] = [];

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
    recorder = await startRecorder(emulator.client.endpoint);
    const { accessKeyId, secretAccessKey } = emulator.client.credentials;
    Object.assign(process.env, { AWS_ENDPOINT_URL: recorder.url, AWS_REGION: "us-east-1" });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    provider = await usEast1();
    template = await makeTemplate(clients, "base");
    await stand("aws:iam/role:Role", { name: "fn", assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' });
    await stand("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "fn", policyArn: FUNCTION_POLICY });
    await stand("aws:sqs/queue:Queue", { name: "events" });
    await stand("aws:sns/topic:Topic", { name: "events" });
    await stand("aws:lambda/function:Function", { name: "standing", ...functionInputs() });
    await stand(GROUP, groupInputs("standing"));
  });

  after(async () => {
    await recorder?.stop();
    await emulator?.stop();
    for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"]) {
      if (kept[key] === undefined) delete process.env[key];
      else process.env[key] = kept[key];
    }
  });

  const stand = async (type: string, inputs: Properties) => {
    standing.push(await make(provider, type, "standing", inputs));
  };
  const functionInputs = () => ({ code: CODE, role: ROLE, runtime: "nodejs20.x", handler: "index.handler" });
  const groupInputs = (name: string): Properties => ({
    name,
    minSize: 0,
    maxSize: 2,
    availabilityZones: ["us-east-1a"],
    launchTemplate: { id: template, version: "1" },
  });

  /** Inputs that can create each type repeatedly. */
  const bases = (): Record<string, Properties> => ({
    [GROUP]: groupInputs("fresh"),
    "aws:autoscaling/policy:Policy": { name: "p", autoscalingGroupName: "standing", scalingAdjustment: 1 },
    "aws:cloudwatch/logGroup:LogGroup": { name: "fresh" },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
      name: "fresh",
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
    },
    "aws:ec2/launchTemplate:LaunchTemplate": { name: "fresh", imageId: "ami-0deb1200000000001" },
    "aws:iam/role:Role": { name: "fresh", assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' },
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
      functionName: "standing",
      eventSourceArn: "arn:aws:sqs:us-east-1:123456789012:events",
    },
    "aws:lambda/function:Function": { name: "fresh", ...functionInputs() },
    "aws:sns/topicSubscription:TopicSubscription": {
      topic: "arn:aws:sns:us-east-1:123456789012:events",
      protocol: "sqs",
      endpoint: "arn:aws:sqs:us-east-1:123456789012:events",
    },
  });

  /** The requests to AWS that create the resource. */
  async function requests(type: string, inputs: Properties): Promise<string[]> {
    recorder.take();
    const made = await make(provider, type, "fresh", inputs);
    const sent = recorder.take();
    await made.delete();
    return sent;
  }

  for (const [type, properties] of Object.entries(NOT_MODELLED)) {
    it(`send nothing if listed for ${type}, and are not modelled otherwise`, async () => {
      const base = bases()[type];
      assert.ok(base, `there is nothing to make '${type}' with; add it to this test`);
      for (const property of Object.keys(properties)) assert.ok(!(property in RESOURCE_TYPES[type].inputs), property);
      const listed = Object.fromEntries(Object.keys(properties).map((property) => [property, "sample"]));
      const without = await requests(type, base);
      assert.ok(without.length > 0);
      assert.deepEqual(await requests(type, { ...base, ...listed }), without);
    });
  }

  it("are rejected if they register instances with what the lab does not have", async () => {
    const trafficSources = [{ type: "vpc-lattice", identifier: "arn:aws:vpc-lattice:us-east-1:1:targetgroup/tg-1" }];
    for (const inputs of [{ loadBalancers: ["old"] }, { trafficSources }] as Properties[]) {
      await assert.rejects(make(provider, GROUP, "balanced", { ...groupInputs("balanced"), ...inputs }), {
        message: /the lab (has no Classic Load Balancers|registers instances with 'targetGroupArns' alone)/,
      });
    }
  });

  /** A value for every input of a group that is sent to AWS. */
  const samples = (): Properties => ({
    capacityRebalance: true,
    defaultCooldown: 77,
    defaultInstanceWarmup: 77,
    desiredCapacity: 1,
    enabledMetrics: ["GroupMinSize"],
    healthCheckGracePeriod: 77,
    healthCheckType: "ELB",
    instanceMaintenancePolicy: { minHealthyPercentage: 90, maxHealthyPercentage: 110 },
    maxInstanceLifetime: 86_400,
    maxSize: 3,
    minSize: 1,
    placementGroup: "close",
    protectFromScaleIn: true,
    serviceLinkedRoleArn: "arn:aws:iam::123456789012:role/other",
    suspendedProcesses: ["Launch"],
    tags: [{ key: "a", value: "b", propagateAtLaunch: true }],
    terminationPolicies: ["OldestInstance"],
    warmPool: { minSize: 1 },
  });

  /** Inputs that control the provider itself, or are already in the base. */
  const ELSEWHERE = [
    ...["name", "namePrefix", "availabilityZones", "vpcZoneIdentifiers", "forceDelete", "waitForCapacityTimeout"],
    ...["launchTemplate", "launchConfiguration", "mixedInstancesPolicy", "instanceRefresh", "initialLifecycleHooks"],
    ...["metricsGranularity", "targetGroupArns", "ignoreFailedScalingActivities"],
  ];

  async function shown(inputs: Properties): Promise<string> {
    const made = await make(provider, GROUP, "fresh", { ...groupInputs("fresh"), ...inputs });
    const { groups } = clients;
    const found = await groups.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["fresh"] }));
    const pool = await groups.send(new DescribeWarmPoolCommand({ AutoScalingGroupName: "fresh" }));
    await made.delete();
    const { CreatedTime: _, AutoScalingGroupARN: __, ...group } = found.AutoScalingGroups?.[0] ?? {};
    return JSON.stringify([group, pool.WarmPoolConfiguration]);
  }

  it("are the only ones of a group that the emulator does not return", async () => {
    assert.deepEqual(
      [...Object.keys(samples()), ...ELSEWHERE].sort(),
      Object.keys(RESOURCE_TYPES[GROUP].inputs).sort(),
    );
    const plain = await shown({});
    const silent: string[] = [];
    for (const [property, value] of Object.entries(samples())) {
      if ((await shown({ [property]: value })) === plain) silent.push(property);
    }
    assert.deepEqual(silent, []);
  });
});
