import assert from "node:assert/strict";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { FUNCTION_POLICY, makeRole } from "./role-maker";

const CODE = 'exports.handler = async (event) => { console.log("got " + JSON.stringify(event)); };';

describe("emulator: EventBridge schedules", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: { events: EventBridgeClient; lambda: LambdaClient; logs: CloudWatchLogsClient };
  let role: string | undefined;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records", "--minute", "1");
    const { client } = emulator;
    clients = {
      events: new EventBridgeClient(client),
      lambda: new LambdaClient(client),
      logs: new CloudWatchLogsClient(client),
    };
    role = await makeRole(emulator, "fn", [], { attached: [FUNCTION_POLICY] });
  });
  after(() => emulator?.stop());

  async function scheduled(name: string, ScheduleExpression: string, Input?: string, code = CODE) {
    const { RuleArn } = await clients.events.send(new PutRuleCommand({ Name: name, ScheduleExpression }));
    const made = await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: role,
        Code: { ZipFile: zipSync({ "index.js": strToU8(code) }) },
      }),
    );
    await clients.events.send(
      new PutTargetsCommand({ Rule: name, Targets: [{ Id: "fn", Arn: made.FunctionArn, Input }] }),
    );
    return RuleArn;
  }

  const allow = (name: string, SourceArn?: string) =>
    clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: name,
        StatementId: "events",
        Action: "lambda:InvokeFunction",
        Principal: "events.amazonaws.com",
        SourceArn,
      }),
    );

  async function seen(name: string): Promise<Record<string, unknown>[]> {
    try {
      const request = new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` });
      const { events = [] } = await clients.logs.send(request);
      const lines = events.map(({ message = "" }) => message).filter((line) => line.startsWith("got "));
      return lines.map((line) => JSON.parse(line.slice("got ".length)));
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return [];
      throw error;
    }
  }

  it("invoke a permitted function repeatedly, with the target's input or the event", async () => {
    const input = '{"chef-autoscaling":"reconcile"}';
    await allow("given", await scheduled("given", "rate(1 minute)", input));
    await allow("plain", await scheduled("plain", "cron(* * ? * 1-7 *)"));
    await scheduled("unpermitted", "rate(1 minute)");
    const given = await eventually(30, "two invocations", async () => {
      const events = await seen("given");
      return events.length >= 2 ? events : undefined;
    });
    assert.deepEqual(given[0], JSON.parse(input));
    const [plain] = await eventually(30, "a plain event", async () => {
      const events = await seen("plain");
      return events.length >= 1 ? events : undefined;
    });
    assert.deepEqual([plain?.source, plain?.["detail-type"]], ["aws.events", "Scheduled Event"]);
    assert.deepEqual(await seen("unpermitted"), []);
  });

  it("retry a failing function twice with the same event, unless configured otherwise", async () => {
    const failing = `${CODE.slice(0, -2)} throw new Error("made up"); };`;
    for (const name of ["again", "once"])
      await allow(name, await scheduled(name, "rate(1 minute)", undefined, failing));
    const none = { FunctionName: "once", MaximumRetryAttempts: 0 };
    await clients.lambda.send(new PutFunctionEventInvokeConfigCommand(none));
    const triesOfFirst = async (name: string) => {
      const ids = (await seen(name)).map(({ id }) => id);
      return { runs: new Set(ids).size, tries: ids.filter((id) => id === ids[0]).length };
    };
    await eventually(30, "three tries", async () => (await triesOfFirst("again")).tries === 3 || undefined);
    const once = await eventually(30, "five runs", async () => {
      const counted = await triesOfFirst("once");
      return counted.runs >= 5 ? counted : undefined;
    });
    assert.equal(once.tries, 1);
  });
});
