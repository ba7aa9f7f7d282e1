import assert from "node:assert/strict";
import {
  DescribeLaunchConfigurationsCommand,
  DescribeLifecycleHooksCommand,
  DescribeNotificationConfigurationsCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { GetRoleCommand, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { type Clients, clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";
import { makeServiceRole } from "./service-role";

/** The program itself creates everything that a group can be given, so that none of it is known in a preview. */
const GIVEN = `
const key = new aws.kms.Key("mine");
const [topic, pager] = ["events", "pager"].map((name) => new aws.sns.Topic(name));
const [queue, dead] = ["events", "dead"].map((name) => new aws.sqs.Queue(name, { visibilityTimeoutSeconds: 180 }));
new aws.sqs.QueuePolicy("events", { queueUrl: queue.url, policy: fleet.queuePolicy(topic.arn, queue.arn) });
const access = new aws.ec2.SecurityGroup("mine", { description: "made beside the group" });
const statement = (settings: object) =>
  new fleet.ChefAutoScalingGroup("web", {
    ...least,
    groupName: "test-web",
    capacity: { min: 1, max: 3, desired: 1 },
    securityGroupIds: [access.id],
    permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",
    rootVolume: { kmsKeyArn: key.arn },
    capacityRebalance: true,
    protectFromScaleIn: true,
    notifications: {
      topicArn: topic.arn,
      moreTopicArns: [pager.arn],
      queue: { arn: queue.arn, url: queue.url, deadLetterQueueArn: dead.arn, deadLetterQueueUrl: dead.url },
    },
    observation: { alarms: { actionArns: [pager.arn] } },
    hooks: { launch: { completedBy: "other", heartbeatSeconds: 30, defaultResult: "CONTINUE" } },
    ...settings,
  });
export const queueArn = queue.arn;
export const topicArn = topic.arn;
export const pagerArn = pager.arn;
export const keyArn = key.arn;
`;

const CONFIGURED = (instanceType: string) => `
new fleet.ChefAutoScalingGroup("old", { ...least, groupName: "test-old", launch: "configuration", instanceType: "${instanceType}", rollout: { instanceWarmupSeconds: 0 } });
`;

describe("a group with existing resources", function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let clients: Clients;
  let program: GroupProgram;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records", "--hook-minute", "1");
    clients = clientsOf(emulator);
    await makeServiceRole(emulator);
    program = groupProgram("given", emulator);
  });

  after(async () => {
    program?.remove();
    await emulator?.stop();
  });

  async function up(statements: string): Promise<Record<string, unknown>> {
    const result = await program.up(statements);
    assert.ok(result.ok, result.output);
    return program.runner.outputs();
  }

  it("notifies the given topics and queue, and creates none of its own", async () => {
    const { queueArn, topicArn, pagerArn, keyArn } = await up(`${GIVEN}statement({});`);
    const { groups, queues, topics, watch } = clients;
    const of = { AutoScalingGroupNames: ["test-web"] };
    const { NotificationConfigurations = [] } = await groups.send(new DescribeNotificationConfigurationsCommand(of));
    assert.equal(new Set(NotificationConfigurations.map(({ TopicARN }) => TopicARN)).size, 2);
    const { Subscriptions } = await topics.send(new ListSubscriptionsByTopicCommand({ TopicArn: String(topicArn) }));
    assert.deepEqual(
      Subscriptions?.map(({ Endpoint }) => Endpoint),
      [queueArn],
    );
    const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}));
    assert.equal(QueueUrls.length, 2);
    const { MetricAlarms = [] } = await watch.send(new DescribeAlarmsCommand({}));
    assert.equal(MetricAlarms.length, 7);
    for (const { AlarmActions } of MetricAlarms) assert.deepEqual(AlarmActions, [pagerArn]);
    const grants = await new KMSClient(emulator.client).send(new ListGrantsCommand({ KeyId: String(keyArn) }));
    assert.match(String(grants.Grants?.[0]?.GranteePrincipal), /AWSServiceRoleForAutoScaling$/);
  });

  it("sets the permissions boundary of its roles, and protects and rebalances its instances", async () => {
    const iam = new IAMClient(emulator.client);
    const { Roles = [] } = await iam.send(new ListRolesCommand({}));
    const ours = Roles.filter(({ RoleName }) => RoleName?.startsWith("web-"));
    // The roles of instances, of the reaper, and of the reconcile
    assert.equal(ours.length, 3);
    for (const { RoleName } of ours) {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      assert.match(String(Role?.PermissionsBoundary?.PermissionsBoundaryArn), /:policy\/PowerUserAccess$/);
    }
    const group = await describeGroup(clients, "test-web");
    assert.deepEqual([group?.CapacityRebalance, group?.NewInstancesProtectedFromScaleIn], [true, true]);
    assert.ok(group?.Instances?.every((one) => one.ProtectedFromScaleIn));
  });

  it("changes bounds and a hook in place, and keeps the capacity that scaling set", async () => {
    const { groups } = clients;
    const { CreatedTime } = (await describeGroup(clients, "test-web")) ?? {};
    await groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: "test-web", DesiredCapacity: 3 }));
    const hooks = `{ launch: { completedBy: "other", heartbeatSeconds: 60, defaultResult: "CONTINUE" } }`;
    await up(`${GIVEN}statement({ capacity: { min: 2, max: 5, desired: 2 }, hooks: ${hooks} });`);
    const group = await describeGroup(clients, "test-web");
    assert.deepEqual([group?.MinSize, group?.MaxSize, group?.DesiredCapacity], [2, 5, 3]);
    assert.deepEqual(group?.CreatedTime, CreatedTime);
    const found = await groups.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: "test-web" }));
    assert.deepEqual(
      found.LifecycleHooks?.map(({ HeartbeatTimeout }) => HeartbeatTimeout),
      [60],
    );
  });

  it("creates a key for topic and queues if configured", async () => {
    await up(`new fleet.ChefAutoScalingGroup("keyed", { ...least, groupName: "test-keyed", notifications: { createKey: true } });
      const group = new fleet.ChefAutoScalingGroup("told", { ...least, groupName: "test-told" });
      export const topicArn = group.topicArn;`);
    const of = { AutoScalingGroupNames: ["test-keyed"] };
    const { NotificationConfigurations } = await clients.groups.send(new DescribeNotificationConfigurationsCommand(of));
    const TopicArn = NotificationConfigurations?.[0]?.TopicARN;
    const { Attributes } = await clients.topics.send(new GetTopicAttributesCommand({ TopicArn }));
    const KeyId = String(Attributes?.KmsMasterKeyId);
    const { Policy } = await new KMSClient(emulator.client).send(
      new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }),
    );
    assert.match(String(Policy), /sns\.amazonaws\.com.*AWSServiceRoleForAutoScaling/s);
    const { QueueUrls = [] } = await clients.queues.send(new ListQueuesCommand({ QueueNamePrefix: "keyed-events" }));
    assert.equal(QueueUrls.length, 2);
    for (const QueueUrl of QueueUrls) {
      const found = await clients.queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      assert.equal(found.Attributes?.KmsMasterKeyId, KeyId);
    }
  });

  it("creates a new launch configuration before it deletes the old one", async () => {
    await up(CONFIGURED("t3.small"));
    const first = (await describeGroup(clients, "test-old"))?.LaunchConfigurationName;
    await up(CONFIGURED("t3.medium"));
    const second = (await describeGroup(clients, "test-old"))?.LaunchConfigurationName;
    assert.notEqual(second, first);
    const { LaunchConfigurations } = await clients.groups.send(new DescribeLaunchConfigurationsCommand({}));
    assert.deepEqual(
      LaunchConfigurations?.map((one) => [one.LaunchConfigurationName, one.InstanceType]),
      [[second, "t3.medium"]],
    );
  });
});

describe("a group that cannot be created", function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let program: GroupProgram;

  before(async function () {
    if (emulatorObstacle()) return this.skip();
    emulator = await startEmulator("records", "--no-launch-configurations");
    program = groupProgram("failing", emulator);
  });

  after(async () => {
    program?.remove();
    await emulator?.stop();
  });

  const REFUSED = /Launch Configuration creation operation is not available in your account/;
  const EXPLAINED = /leave out 'launch' of group "old", or set it to "template"/;

  it("reports to use templates if the account does not support launch configurations", async () => {
    const { ok, output } = await program.up(CONFIGURED("t3.small"));
    assert.equal(ok, false);
    assert.match(output, REFUSED);
    assert.match(output, EXPLAINED);
  });

  it("fails only with AWS's message if the Pulumi CLI does not support error hooks", async () => {
    // What the SDK stores after such a CLI's response
    const older = 'require("@pulumi/pulumi/runtime/state").getStore().supportsErrorHooks = false;';
    const { ok, output } = await program.up(`${older}\n${CONFIGURED("t3.small")}`);
    assert.equal(ok, false);
    assert.match(output, REFUSED);
    assert.doesNotMatch(output, EXPLAINED);
    assert.doesNotMatch(output, /does not support error hooks/);
  });

  it("reports a mistake in a value that was unknown in the preview, before anything is launched with it", async () => {
    const command = 'const { stdout } = new command.local.Command("image", { create: "echo debian-12" });';
    const group = 'new fleet.ChefAutoScalingGroup("late", { ...least, groupName: "test-late", imageId: stdout });';
    const { ok, output } = await program.up(`${command}\n${group}`);
    assert.equal(ok, false);
    assert.match(output, /Group "late" has a mistake:\s+- 'imageId' is "debian-12", expected an image's id/);
    assert.equal(await describeGroup(clientsOf(emulator), "test-late"), undefined);
  });
});
