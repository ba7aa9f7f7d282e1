import assert from "node:assert/strict";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { GetTopicAttributesCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { chooseRunner } from "../../lab/engine/choose-runner";
import { type Clients, clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";

const PASS_ON = {
  launchTemplate: { ebsOptimized: "true", creditSpecification: { cpuCredits: "standard" } },
  group: { defaultCooldown: 77 },
  instanceRole: { path: "/teams/web/" },
  topic: { displayName: "Events of web" },
  queue: { delaySeconds: 3 },
  function: { memorySize: 384 },
  logGroup: { retentionInDays: 7 },
};

const group = (options: string, passOn: object = PASS_ON) => `
new fleet.ChefAutoScalingGroup("web", { ...least, groupName: "test-web", passOn: ${JSON.stringify(passOn)} }, ${options});`;

/** The example in docs/pass-through.md. */
const TRANSFORM = `{
  transforms: [
    ({ type, name, props, opts }) =>
      type === "aws:sqs/queue:Queue" && name.endsWith("-dead-letters")
        ? { props: { ...props, delaySeconds: 5 }, opts: { ...opts, retainOnDelete: true } }
        : undefined,
  ],
}`;

describe("the properties that a group passes on", function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let clients: Clients;
  let program: GroupProgram;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
    program = groupProgram("passing", emulator, (options) =>
      chooseRunner(options, (line) => console.log(`    ${line}`)),
    );
  });

  after(async () => {
    await emulator?.stop();
    program?.remove();
  });

  async function delay(ending: string): Promise<string | undefined> {
    const { QueueUrls = [] } = await clients.queues.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => url.includes(ending));
    const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["DelaySeconds"] });
    return (await clients.queues.send(ask)).Attributes?.DelaySeconds;
  }

  it("are applied in AWS in addition to what the group decides", async () => {
    const result = await program.up(group("{}"));
    assert.ok(result.ok, result.output);
    const found = await describeGroup(clients, "test-web");
    assert.equal(found?.DefaultCooldown, 77);
    const { LaunchTemplateId, Version } = found?.LaunchTemplate ?? {};
    const ask = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [Version ?? ""] });
    const data = (await clients.ec2.send(ask)).LaunchTemplateVersions?.[0]?.LaunchTemplateData;
    assert.deepEqual([data?.EbsOptimized, data?.CreditSpecification?.CpuCredits], [true, "standard"]);
    assert.equal(data?.InstanceType, "t3.small");
    const { Roles = [] } = await new IAMClient(emulator.client).send(new ListRolesCommand({ PathPrefix: "/teams/" }));
    assert.deepEqual(
      Roles.map(({ RoleName }) => RoleName?.replace(/-[0-9a-f]+$/, "")),
      ["web-instance-service-role"],
    );
    const { Functions } = await new LambdaClient(emulator.client).send(new ListFunctionsCommand({}));
    assert.deepEqual(Functions?.map(({ MemorySize }) => MemorySize).sort(), [384, 512]);
    const logs = await new CloudWatchLogsClient(emulator.client).send(new DescribeLogGroupsCommand({}));
    assert.ok(logs.logGroups?.some(({ retentionInDays }) => retentionInDays === 7));
    const { Topics } = await clients.topics.send(new ListTopicsCommand({}));
    const { TopicArn } = Topics?.[0] ?? {};
    const { Attributes } = await clients.topics.send(new GetTopicAttributesCommand({ TopicArn }));
    assert.equal(Attributes?.DisplayName, "Events of web");
    assert.deepEqual([await delay("web-events-queue"), await delay("web-events-dead-letters")], ["3", "0"]);
  });

  it("are rejected by path if unknown, before anything is created", async () => {
    const unknown = { ...PASS_ON, group: { defaultCoolDown: 1 } };
    const { ok, output } = await program.up(group("{}", unknown));
    assert.ok(!ok);
    assert.match(
      output,
      /'passOn\.group\.defaultCoolDown' is given, expected a property .*; did you mean 'defaultCooldown'\?/,
    );
    assert.equal((await describeGroup(clients, "test-web"))?.DefaultCooldown, 77);
  });

  it("are not the only way: a Pulumi transform changes a resource that the component declares", async function () {
    if (program.runner.name !== "pulumi")
      skipWhere(this, "the lab's engine has no transforms; the Pulumi CLI is not on PATH");
    const result = await program.up(group(TRANSFORM));
    assert.ok(result.ok, result.output);
    assert.deepEqual([await delay("web-events-queue"), await delay("web-events-dead-letters")], ["3", "5"]);
  });
});
