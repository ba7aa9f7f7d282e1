import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutNotificationConfigurationCommand } from "@aws-sdk/client-auto-scaling";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { strToU8, zipSync } from "fflate";
import { type ChefClient, createChefClient } from "../../chef";
import { RECONCILE_EVENT, RECONCILE_FUNCTION } from "../../reaper/reconcile-event";
import { type Clients, clientsOf, makeGroup, makeTemplate } from "../lab/emulator-fleet";
import { type Emulator, startEmulator } from "../lab/emulator-process";
import { allow, FUNCTION_POLICY, makeRole } from "../lab/role-maker";
import { type Ended, type Running, runCommandLine, startCommand } from "./command-line";
import { type Goiardi, startGoiardi } from "./goiardi";

/** A small fleet for the operators' commands: Chef server, group, queues and functions, as a stack would have created them. */
export interface OperatorsLab {
  readonly server: Goiardi;
  readonly chef: ChefClient;
  readonly clients: Clients;
  /** Settings of further clients. */
  readonly client: Emulator["client"];
  readonly group: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** File with the stack's outputs: all that the commands need. */
  readonly outputs: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Folder for a test's own files. */
  readonly folder: string;
  run(args: readonly string[], more?: NodeJS.ProcessEnv): Promise<Ended>;
  start(args: readonly string[], more?: NodeJS.ProcessEnv): Running;
  stop(): Promise<void>;
}

const FUNCTION = "web-reaper";
const GROUP = "test-web";
const KEY_PARAMETER = "/chef/operator.pem";
const KEY_ARN = `arn:aws:ssm:us-east-1:123456789012:parameter${KEY_PARAMETER}`;

export async function startOperatorsLab(goiardi: string): Promise<OperatorsLab> {
  const folder = mkdtempSync(join(tmpdir(), "operators-"));
  // Sequentially: each looks for free ports, and concurrently they might find the same ones
  const server = await startGoiardi(goiardi);
  const emulator = await startEmulator("records").catch(async (error: unknown) => {
    await server.remove();
    throw error;
  });
  const clients = clientsOf(emulator);
  const chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
  const queues = await createQueues(clients.queues);
  await createFunction(emulator, server, queues);
  await announce(clients);
  const outputs = join(folder, "outputs.json");
  const group = { autoScalingGroupName: GROUP, ...queues, reaperFunctionName: FUNCTION };
  writeFileSync(outputs, JSON.stringify({ imageId: "ami-1", groups: { web: group } }));
  const environment = environmentOf(emulator);
  return {
    server,
    chef,
    clients,
    client: emulator.client,
    group: GROUP,
    ...queues,
    outputs,
    environment,
    folder,
    run: (args, more) => runCommandLine(args, { ...environment, ...more }),
    start: (args, more) => startCommand(args, { ...environment, ...more }),
    stop: async () => {
      chef.close();
      await Promise.all([server.remove(), emulator.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}

async function announce(clients: Clients): Promise<void> {
  await makeGroup(clients, GROUP, await makeTemplate(clients, GROUP));
  const { TopicArn } = await clients.topics.send(new CreateTopicCommand({ Name: GROUP }));
  const NotificationTypes = ["autoscaling:EC2_INSTANCE_TERMINATE"];
  await clients.topics.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn("web") }));
  await clients.groups.send(
    new PutNotificationConfigurationCommand({ AutoScalingGroupName: GROUP, TopicARN: TopicArn, NotificationTypes }),
  );
}

export interface QueueUrls {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/**
 * Creates a queue and its dead-letter queue as the components do.
 * @param attributes in place of the components'
 */
export async function createQueues(
  sqs: SQSClient,
  name = "web",
  { maxReceiveCount = 100, visibilitySeconds = 180 } = {},
): Promise<QueueUrls> {
  const create = async (QueueName: string, more: Record<string, string>) => {
    const Attributes = { MessageRetentionPeriod: "1209600", ...more };
    return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  };
  const deadLetterQueueUrl = await create(`${name}-dead`, {});
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn(`${name}-dead`), maxReceiveCount });
  const Statement = [
    {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn(name),
    },
  ];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return {
    queueUrl: await create(name, { RedrivePolicy, Policy, VisibilityTimeout: `${visibilitySeconds}` }),
    deadLetterQueueUrl,
  };
}

function queueArn(name: string): string {
  return `arn:aws:sqs:us-east-1:123456789012:${name}`;
}

/**
 * Creates functions with the reaper's settings, one for messages and one that reconciles. Their code acknowledges every message, and
 * logs an error for messages with the word `nonsense`.
 */
async function createFunction({ client }: Emulator, server: Goiardi, queues: QueueUrls): Promise<void> {
  const Role = await makeRole({ client }, FUNCTION, [allow("ssm:GetParameter", KEY_ARN)], {
    attached: [FUNCTION_POLICY],
  });
  const key = { Name: KEY_PARAMETER, Type: "SecureString" as const, Value: server.adminKey };
  await new SSMClient(client).send(new PutParameterCommand(key));
  const Rule = `${FUNCTION}-reconcile`;
  const Variables = {
    REAPER_CHEF_SERVER_URL: server.url,
    REAPER_CHEF_CLIENT_NAME: "admin",
    REAPER_CHEF_KEY: JSON.stringify({ ssmParameter: KEY_PARAMETER }),
    REAPER_GROUPS: JSON.stringify([GROUP]),
    REAPER_SEARCH_OTHER_NAMES: "true",
    REAPER_QUEUE_URL: queues.queueUrl,
    REAPER_DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
    [RECONCILE_FUNCTION]: Rule,
  };
  const lambda = new LambdaClient(client);
  const common = { Runtime: "nodejs22.x" as const, Handler: "index.handler", Role, Environment: { Variables } };
  const Code = { ZipFile: zipSync({ "index.js": strToU8(CODE) }) };
  const [{ FunctionArn }, { FunctionArn: Arn }] = await Promise.all([
    lambda.send(new CreateFunctionCommand({ ...common, FunctionName: FUNCTION, Timeout: 30, Code })),
    lambda.send(new CreateFunctionCommand({ ...common, FunctionName: Rule, Timeout: 900, Code })),
  ]);
  await lambda.send(
    new CreateEventSourceMappingCommand({
      // By its ARN, as the components do; the emulator finds it only with the same identifier
      FunctionName: FunctionArn,
      EventSourceArn: queueArn("web"),
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    }),
  );
  const events = new EventBridgeClient(client);
  await events.send(new PutRuleCommand({ Name: Rule, ScheduleExpression: "rate(1 hour)" }));
  const Targets = [{ Id: "function", Arn, Input: JSON.stringify(RECONCILE_EVENT) }];
  await events.send(new PutTargetsCommand({ Rule, Targets }));
}

const CODE = `exports.handler = async ({ Records }) => {
  if (Records.some(({ body }) => body.includes("nonsense"))) {
    console.log('{"level":"error","message":"settled","reason":"made up"}');
  }
  return { batchItemFailures: [] };
};`;

function environmentOf({ client }: Emulator): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    AWS_ENDPOINT_URL: client.endpoint,
    AWS_REGION: client.region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
