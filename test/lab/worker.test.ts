import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { DescribeImagesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { until } from "../../lab/story/until";
import { keyPair } from "../helpers/chef-objects";
import { keptEnvironment } from "../helpers/environment";
import { freePort } from "../helpers/goiardi";
import { notification } from "../helpers/messages";
import { findMoto, type Moto, startMoto } from "../helpers/moto";
import { startWorker, type WorkerProcess } from "../helpers/worker";

/** Tests what surrounds the core: health, metrics, signals. reaper-shells.test.ts tests that it reaps, with a real Chef server. */
describe("the worker as a process", function () {
  this.timeout(120_000);
  const restoreEnvironment = keptEnvironment();
  let moto: Moto;
  let sqs: SQSClient;
  let terminated: string;
  let chef: Server;
  let chefUrl: string;
  /** Whether the Chef server of these tests responds, with 404 to everything, or never. */
  let chefAnswers = true;
  let worker: WorkerProcess | undefined;

  before(async function () {
    const program = findMoto();
    if (program === undefined) {
      return this.skip();
    }
    moto = await startMoto(program);
    Object.assign(process.env, moto.environment, { TEST_CHEF_KEY: keyPair().privateKey });
    sqs = new SQSClient();
    terminated = await terminatedInstance();
    chef = createServer((_, response) => {
      if (chefAnswers) response.writeHead(404, { "content-type": "application/json" }).end('{"error":["not found"]}');
    });
    const port = await freePort();
    await new Promise<void>((resolve) => chef.listen(port, "127.0.0.1", resolve));
    chefUrl = `http://127.0.0.1:${port}`;
  });
  beforeEach(() => {
    chefAnswers = true;
  });
  afterEach(() => {
    worker?.process.kill("SIGKILL");
  });
  after(async () => {
    restoreEnvironment();
    chef?.closeAllConnections();
    chef?.close();
    sqs?.destroy();
    await moto?.stop();
  });

  async function terminatedInstance(): Promise<string> {
    const ec2 = new EC2Client();
    const image = (await ec2.send(new DescribeImagesCommand({}))).Images?.[0]?.ImageId;
    const one = { ImageId: image, MinCount: 1, MaxCount: 1, InstanceType: "t3.micro" as const };
    const id = (await ec2.send(new RunInstancesCommand(one))).Instances?.[0]?.InstanceId ?? "";
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    return id;
  }

  async function settingsFor(name: string, more: Record<string, string> = {}): Promise<Record<string, string>> {
    const queue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
    return {
      REAPER_CHEF_SERVER_URL: chefUrl,
      REAPER_CHEF_CLIENT_NAME: "reaper",
      REAPER_CHEF_KEY: '{"environment":"TEST_CHEF_KEY"}',
      REAPER_GROUPS: '["web"]',
      REAPER_DEAD_LETTER_QUEUE_URL: await queue(`${name}-dead`),
      REAPER_QUEUE_URL: await queue(name),
      REAPER_CONCURRENCY: "1",
      ...more,
    };
  }

  async function send(settings: Record<string, string>, group = "web"): Promise<void> {
    const now = new Date().toISOString();
    const MessageBody = JSON.stringify(notification(group, terminated, { EndTime: now, Time: now }));
    await sqs.send(new SendMessageCommand({ QueueUrl: settings.REAPER_QUEUE_URL, MessageBody }));
  }

  async function status(url: string): Promise<number> {
    return (await fetch(url)).status;
  }

  async function untilReady(url: string): Promise<void> {
    const look = async () => {
      const seen = await status(`${url}/readyz`);
      return { seen: String(seen), found: seen === 200 || undefined };
    };
    await until({ what: "the worker to be ready", timeoutSeconds: 60, look });
  }

  /** Waits until it processes a message that the Chef server never answers. */
  async function holding(settings: Record<string, string>): Promise<WorkerProcess> {
    chefAnswers = false;
    const asked = new Promise((resolve) => chef.once("request", resolve));
    await send(settings);
    worker = startWorker({ ...settings, REAPER_CHEF_TIMEOUT_SECONDS: "300" });
    await asked;
    return worker;
  }

  it("is ready once the queue has responded, and exposes metrics for Prometheus, and for CloudWatch if enabled", async () => {
    const settings = await settingsFor("counting", { REAPER_EMF: "true" });
    await send(settings, "strange");
    worker = startWorker(settings);
    const url = await worker.url();
    await untilReady(url);
    assert.equal(await status(`${url}/healthz`), 200);
    assert.deepEqual([await status(`${url}/`), (await fetch(`${url}/metrics`, { method: "POST" })).status], [404, 405]);
    await worker.logged("settled");
    const text = await (await fetch(`${url}/metrics`)).text();
    assert.match(text, /^chef_autoscaling_dead_letters_total\{group="\(other\)"\} 1$/m);
    assert.match(text, /^chef_autoscaling_reap_duration_seconds_count\{group="\(other\)"\} 1$/m);
    worker.process.kill("SIGTERM");
    assert.equal(await worker.exit, 0);
    const [metrics] = worker.lines.map((line) => JSON.parse(line)).filter((line) => line._aws);
    assert.deepEqual([metrics.Group, metrics.DeadLetters], ["(other)", 1]);
  });

  it("logs one line for an instance, with its id, node, decision and milliseconds", async () => {
    const settings = await settingsFor("logging");
    await send(settings);
    worker = startWorker(settings);
    const line = await worker.logged("settled");
    assert.deepEqual(
      [line.instanceId, line.node, line.decision, typeof line.milliseconds],
      [terminated, `web-${terminated}`, "retry", "number"],
    );
    assert.equal(worker.lines.filter((text) => text.includes(terminated)).length, 1);
  });

  it("is live but not ready while it drains, and exits with 3 immediately on a second signal", async () => {
    const settings = await settingsFor("signalled", { REAPER_DRAIN_SECONDS: "3600" });
    const held = await holding(settings);
    const url = await held.url();
    held.process.kill("SIGTERM");
    await held.logged("the worker is draining; a second signal stops it at once");
    assert.deepEqual([await status(`${url}/readyz`), await status(`${url}/healthz`)], [503, 200]);
    held.process.kill("SIGTERM");
    assert.equal(await held.exit, 3);
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const asked = { QueueUrl: settings.REAPER_QUEUE_URL, AttributeNames: [...names] };
    const { Attributes: left = {} } = await sqs.send(new GetQueueAttributesCommand(asked));
    assert.equal(Number(left[names[0]]) + Number(left[names[1]]), 1, "what it held comes back");
  });

  it("exits with 3 when the time to drain is over", async () => {
    const held = await holding(await settingsFor("late", { REAPER_DRAIN_SECONDS: "1" }));
    held.process.kill("SIGINT");
    assert.equal(await held.exit, 3);
    assert.match(held.lines.join(), /exits with unfinished messages/);
  });

  it("polls a queue that does not respond less and less often, is not ready meanwhile, and exits on a signal", async () => {
    const REAPER_QUEUE_URL = `http://127.0.0.1:${await freePort()}/123456789012/away`;
    worker = startWorker(await settingsFor("away", { REAPER_QUEUE_URL, AWS_MAX_ATTEMPTS: "1" }));
    const url = await worker.url();
    const failures = () => worker?.lines.map((line) => JSON.parse(line).failures).filter((count) => count > 0) ?? [];
    const look = async () => ({ seen: failures().join(), found: failures().length >= 3 || undefined });
    await until({ what: "three failures", timeoutSeconds: 60, look });
    assert.deepEqual(failures().slice(0, 3), [1, 2, 3]);
    assert.deepEqual([await status(`${url}/readyz`), await status(`${url}/healthz`)], [503, 200]);
    worker.process.kill("SIGTERM");
    assert.equal(await worker.exit, 0);
  });

  it("exits with 2 if its port is in use", async () => {
    const taken = createTcpServer();
    const port = await freePort();
    await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
    worker = startWorker(await settingsFor("taken", { REAPER_PORT: `${port}` }));
    assert.equal(await worker.exit, 2);
    assert.match(
      worker.lines.join(),
      new RegExp(`cannot listen on 127.0.0.1, port ${port}: .*EADDRINUSE.*REAPER_PORT`),
    );
    taken.close();
  });
});
