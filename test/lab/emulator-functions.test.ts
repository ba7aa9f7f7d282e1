import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { strToU8, zipSync } from "fflate";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { FUNCTION_POLICY, makeRole } from "./role-maker";

// Logs which bodies it got; reports those that begin with "bad" as failed, or throws because of them
const CODE = `exports.handler = async (event) => {
  console.log("got " + event.Records.map((record) => record.body).sort().join(","));
  const bad = event.Records.filter((record) => record.body.startsWith("bad"));
  if (process.env.MODE === "throw" && bad.length) throw new Error("refused");
  return { batchItemFailures: bad.map((record) => ({ itemIdentifier: record.messageId })) };
};`;

describe("emulator: functions on a queue", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let lambda: LambdaClient;
  let sqs: SQSClient;
  let logs: CloudWatchLogsClient;
  let role: string | undefined;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    lambda = new LambdaClient(emulator.client);
    sqs = new SQSClient(emulator.client);
    logs = new CloudWatchLogsClient(emulator.client);
    role = await makeRole(emulator, "function", [], { attached: [FUNCTION_POLICY] });
  });
  after(() => emulator?.stop());

  const arn = (queue: string) => `arn:aws:sqs:us-east-1:123456789012:${queue}`;

  async function wire(name: string, mode: string, responses: "ReportBatchItemFailures"[]): Promise<string> {
    await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn(`${name}-dead`), maxReceiveCount: 2 });
    const Attributes = { VisibilityTimeout: "2", RedrivePolicy };
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: ["good-1", "bad-1", "good-2"].map((body) => ({ Id: body, MessageBody: body })),
      }),
    );
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: role,
        Code: { ZipFile: zipSync({ "index.js": strToU8(CODE) }) },
        Environment: { Variables: { MODE: mode } },
      }),
    );
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: arn(name),
        FunctionResponseTypes: responses,
      }),
    );
    return QueueUrl;
  }

  async function batches(name: string): Promise<string[]> {
    const logGroupName = `/aws/lambda/${name}`;
    const streams = await logs.send(new DescribeLogStreamsCommand({ logGroupName })).catch((error: Error) => {
      if (error.name === "ResourceNotFoundException") return { logStreams: [] };
      throw error;
    });
    if (!streams.logStreams?.length) return [];
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    return events.map((event) => event.message ?? "").filter((line) => line.startsWith("got "));
  }

  const untilBatches = (name: string, count: number) =>
    eventually(20, `${count} batches of ${name}`, async () => {
      const found = await batches(name);
      return found.length >= count ? found : undefined;
    });

  async function untilDead(name: string): Promise<string[]> {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
    return eventually(15, `dead letters of ${name}`, async () => {
      const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
      const { Messages } = await sqs.send(new ReceiveMessageCommand(request));
      return Messages?.map((message) => message.Body ?? "").sort();
    });
  }

  it("returns only the items reported as failed to the queue, then moves them to the dead-letter queue", async () => {
    await wire("partial", "report", ["ReportBatchItemFailures"]);
    assert.deepEqual(await untilBatches("partial", 2), ["got bad-1,good-1,good-2", "got bad-1"]);
    assert.deepEqual(await untilDead("partial"), ["bad-1"]);
  });

  it("returns the whole batch of a function that throws", async () => {
    await wire("whole", "throw", ["ReportBatchItemFailures"]);
    const same = "got bad-1,good-1,good-2";
    assert.deepEqual(await untilBatches("whole", 2), [same, same]);
  });

  it("does not read the queue after its mapping is deleted, and reads it again with another mapping", async () => {
    const QueueUrl = await wire("unmapped", "report", ["ReportBatchItemFailures"]);
    await untilDead("unmapped");
    const EventSourceArn = arn("unmapped");
    const { EventSourceMappings: [mapping] = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ EventSourceArn }),
    );
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID: mapping?.UUID }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "late", MessageBody: "late" }] }));
    const before = await batches("unmapped");
    await sleep(2_000);
    assert.deepEqual(await batches("unmapped"), before);
    await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "unmapped", EventSourceArn }));
    assert.equal((await untilBatches("unmapped", before.length + 1)).at(-1), "got late");
  });

  it("treats a report of failures as success if the mapping does not enable it", async () => {
    const QueueUrl = await wire("unasked", "report", []);
    assert.deepEqual(await untilBatches("unasked", 1), ["got bad-1,good-1,good-2"]);
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    await eventually(5, "an empty queue", async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      return Object.values(Attributes ?? {}).every((count) => count === "0") || undefined;
    });
  });

  it("redrives dead letters to the queue that they came from", async () => {
    const seen = (await batches("partial")).length;
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("partial-dead") }));
    const found = await untilBatches("partial", seen + 1);
    assert.equal(found[seen], "got bad-1");
  });
});
