import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeImagesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type ChefClient, createChefClient } from "../../chef/client";
import { nodeName } from "../../chef/names";
import { instanceId, keyPair, register } from "../helpers/chef-objects";
import { keptEnvironment } from "../helpers/environment";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { envelope, notification } from "../helpers/messages";
import { findMoto, type Moto, startMoto } from "../helpers/moto";
import { startWorker, type WorkerProcess } from "../helpers/worker";

const ROOT = join(__dirname, "../..");

describe("the reaper's shells with real queues and a real Chef server", function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), "reaper-"));
  const keys = keyPair();
  const restoreEnvironment = keptEnvironment();
  let server: Goiardi;
  let moto: Moto;
  let chef: ChefClient;
  let sqs: SQSClient;
  let gone: string[];
  let running: string;

  before(async function () {
    const [goiardi, emulator] = [findGoiardi(), findMoto()];
    if (goiardi === undefined || emulator === undefined) {
      this.skip();
    }
    [server, moto] = await Promise.all([startGoiardi(goiardi), startMoto(emulator)]);
    Object.assign(process.env, moto.environment);
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
    sqs = new SQSClient();
    const parameter = { Name: "/chef/reaper", Type: "SecureString" as const, Value: server.adminKey };
    await new SSMClient().send(new PutParameterCommand(parameter));
    [running = "", ...gone] = await launch(3);
    await new EC2Client().send(new TerminateInstancesCommand({ InstanceIds: gone }));
  });
  after(async () => {
    restoreEnvironment();
    chef?.close();
    sqs?.destroy();
    await Promise.all([server?.remove(), moto?.stop()]);
    rmSync(folder, { recursive: true });
  });

  async function launch(count: number): Promise<string[]> {
    const ec2 = new EC2Client();
    const image = (await ec2.send(new DescribeImagesCommand({}))).Images?.[0]?.ImageId;
    const command = new RunInstancesCommand({
      ImageId: image,
      MinCount: count,
      MaxCount: count,
      InstanceType: "t3.micro",
    });
    return ((await ec2.send(command)).Instances ?? []).map((instance) => instance.InstanceId ?? "");
  }

  /** The environment of a reaper with separate queues. */
  async function environment(name: string): Promise<Record<string, string>> {
    const queue = async (queueName: string) => {
      const command = new CreateQueueCommand({ QueueName: queueName, Attributes: { VisibilityTimeout: "2" } });
      return (await sqs.send(command)).QueueUrl ?? "";
    };
    return {
      REAPER_CHEF_SERVER_URL: server.url,
      REAPER_CHEF_CLIENT_NAME: "admin",
      REAPER_CHEF_KEY: '{"ssmParameter":"/chef/reaper"}',
      REAPER_GROUPS: '["web"]',
      REAPER_ABSENCE_GRACE_SECONDS: "600",
      REAPER_DEAD_LETTER_QUEUE_URL: await queue(`${name}-dead`),
      REAPER_QUEUE_URL: await queue(name),
      REAPER_CONCURRENCY: "20",
    };
  }

  const unknown = instanceId(0xabc);
  const wanted = () => [...gone, unknown];
  /** One message for each terminated instance, one for the running one, one test notification, and one that is nonsense. */
  const bodies = (): string[] =>
    [
      ...wanted().map((id) => envelope(notification("web", id))),
      notification("web", running),
      { Event: "autoscaling:TEST_NOTIFICATION" },
      "nonsense",
    ].map((body) => JSON.stringify(body));

  async function registerAll(): Promise<void> {
    for (const id of [...wanted(), running]) {
      await register(chef, nodeName("web", id), keys.publicKey, id);
    }
  }

  async function assertReaped(dead: string): Promise<void> {
    const name = nodeName("web", running);
    assert.deepEqual(await chef.listNodes(), [name]);
    assert.deepEqual(
      (await chef.listClients()).filter((client) => client.startsWith("web-")),
      [name],
    );
    const received = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
    );
    const reasons = (received.Messages ?? []).map((message) => message.MessageAttributes?.reason?.StringValue ?? "");
    assert.equal(reasons.length, 2, reasons.join());
    assert.ok(
      reasons.some((reason) => reason.includes(`${running} is running`)),
      reasons.join(),
    );
    assert.ok(
      reasons.some((reason) => reason.includes("not a JSON object")),
      reasons.join(),
    );
    await chef.deleteNode(name);
    await chef.deleteClient(name);
  }

  async function messagesLeft(queue: string): Promise<number> {
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...names] });
    const { Attributes: attributes } = await sqs.send(command);
    return names.reduce((sum, name) => sum + Number(attributes?.[name] ?? 0), 0);
  }

  describe("the Lambda function", () => {
    const bundle = join(folder, "reaper.lambda.js");
    let settings: Record<string, string>;

    before(async () => {
      // With the package's own build command, except for the output path.
      const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      const [, ...flags] = String(scripts["bundle:function"]).split(" ");
      const here = flags.map((flag) => (flag.startsWith("--outfile=") ? `--outfile=${bundle}` : flag));
      execFileSync(join(ROOT, "node_modules/.bin/esbuild"), here, { cwd: ROOT });
      settings = await environment("lambda");
      process.env.NODE_PATH = join(ROOT, "node_modules");
    });

    /** Invokes the bundle in a separate process, as Lambda does. */
    async function invoke(event: unknown): Promise<unknown> {
      const program = `require(${JSON.stringify(bundle)}).handler(JSON.parse(process.argv[1]))
        .then((result) => { console.log("\\n" + JSON.stringify(result ?? null)); process.exit(0); })`;
      const printed = execFileAsync(["-e", program, JSON.stringify(event)], settings);
      return JSON.parse((await printed).trim().split("\n").at(-1) ?? "");
    }

    const eventOf = (texts: readonly string[]) => ({
      Records: texts.map((body, index) => ({
        messageId: `m${index}`,
        receiptHandle: "r",
        body,
        attributes: { ApproximateReceiveCount: "1", SentTimestamp: `${Date.now()}` },
        eventSource: "aws:sqs",
      })),
    });

    it("is smaller than 300 KB without the AWS SDK", () => {
      assert.ok(statSync(bundle).size < 300_000, `${statSync(bundle).size} bytes`);
    });

    it("reaps a batch, and reports no message as failed", async () => {
      await registerAll();
      assert.deepEqual(await invoke(eventOf(bodies())), { batchItemFailures: [] });
      await assertReaped(settings.REAPER_DEAD_LETTER_QUEUE_URL ?? "");
    });

    it("reports exactly the messages that must stay as failed", async () => {
      const fresh = notification("web", unknown, { EndTime: new Date().toISOString() });
      const texts = [JSON.stringify({ Event: "autoscaling:TEST_NOTIFICATION" }), JSON.stringify(fresh)];
      assert.deepEqual(await invoke(eventOf(texts)), { batchItemFailures: [{ itemIdentifier: "m1" }] });
    });

    it("reports the whole batch as failed when the Chef server is down, without throwing", async () => {
      settings = { ...settings, REAPER_CHEF_SERVER_URL: "http://127.0.0.1:9" };
      const texts = gone.map((id) => JSON.stringify(notification("web", id)));
      // Records are processed concurrently, so the first to fail comes first.
      const result = await invoke(eventOf(texts));
      assert.match(
        JSON.stringify(result),
        /^{"batchItemFailures":\[{"itemIdentifier":"m[01]"},{"itemIdentifier":"m[01]"}\]}$/,
      );
      assert.match(JSON.stringify(result), /m0.*m1|m1.*m0/);
    });
  });

  describe("the worker", () => {
    let worker: ChildProcess | undefined;
    afterEach(() => {
      worker?.kill("SIGKILL");
    });

    function start(settings: Record<string, string>): WorkerProcess {
      const started = startWorker(settings);
      worker = started.process;
      return started;
    }

    async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
      for (const end = Date.now() + 30_000; !(await condition()); await new Promise((next) => setTimeout(next, 100))) {
        assert.ok(Date.now() < end, `${what} within 30 seconds`);
      }
    }

    it("drains a queue, and exits with 0 on SIGTERM during a long poll", async () => {
      const settings = await environment("worker");
      const queue = settings.REAPER_QUEUE_URL ?? "";
      await registerAll();
      const entries = bodies().map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries: entries }));
      const { lines, exit } = start(settings);
      await until(async () => (await messagesLeft(queue)) === 0, "the queue is empty");
      const started = Date.now();
      worker?.kill("SIGTERM");
      assert.equal(await exit, 0);
      assert.ok(Date.now() - started < 5000, "the long poll of 20 seconds is not waited for");
      await assertReaped(settings.REAPER_DEAD_LETTER_QUEUE_URL ?? "");
      const reaped = lines.map((line) => JSON.parse(line)).filter((line) => line.message === "settled");
      assert.equal(reaped.length, bodies().length);
      assert.ok(!lines.join().includes("PRIVATE KEY"));
    });

    it("finishes the messages that it holds before it exits", async () => {
      const settings = await environment("draining");
      const queue = settings.REAPER_QUEUE_URL ?? "";
      const ids = await launch(20);
      await new EC2Client().send(new TerminateInstancesCommand({ InstanceIds: ids }));
      for (const id of ids) {
        await register(chef, nodeName("web", id), keys.publicKey, id);
      }
      for (const half of [ids.slice(0, 10), ids.slice(10)]) {
        const entries = half.map((id) => ({ Id: id, MessageBody: JSON.stringify(notification("web", id)) }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries: entries }));
      }
      const { lines, exit } = start(settings);
      await until(() => lines.some((line) => line.includes('"message":"settled"')), "a first removal");
      worker?.kill("SIGTERM");
      assert.equal(await exit, 0);
      const removed = 20 - (await chef.listNodes()).filter((name) => name.startsWith("web-")).length;
      const clients = 20 - (await chef.listClients()).filter((name) => name.startsWith("web-")).length;
      assert.equal(clients, removed, "no half pair");
      assert.equal(
        await messagesLeft(queue),
        20 - removed,
        "what was removed is acknowledged, what was not is still there",
      );
      for (const id of ids) {
        await chef.deleteNode(nodeName("web", id));
        await chef.deleteClient(nodeName("web", id));
      }
    });

    it("exits with 2 and lists all mistakes if its environment is wrong", async () => {
      const { lines, exit } = start({ REAPER_GROUPS: "web" });
      assert.equal(await exit, 2);
      assert.match(lines.join(), /REAPER_GROUPS.*REAPER_QUEUE_URL is missing/);
    });
  });
});

function execFileAsync(args: readonly string[], settings: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: { ...process.env, ...settings } });
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
    });
    child.stderr.pipe(process.stderr);
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve(printed) : reject(new Error(`ended with ${code}: ${printed}`))));
  });
}
