import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { QueueReport } from "../../cli/redrive/redrive-queue";
import { instanceId, register } from "../helpers/chef-objects";
import { commandFile } from "../helpers/command-line";
import { notification } from "../helpers/messages";
import { useOperatorsHand } from "../helpers/operators-hand";
import { createQueues, type QueueUrls } from "../helpers/operators-lab";
import { startWorker } from "../helpers/worker";
import { eventually } from "./emulator-process";

/** Ids that no instance has. */
const [GONE = "", HALF = "", _FOREIGN = "", _ABSENT = ""] = [1, 2, 3, 4].map(instanceId);

describe("redrive, with a real Chef server and an emulated AWS", function () {
  this.timeout(120_000);
  const hand = useOperatorsHand();

  let queues: QueueUrls;
  let made = 0;

  beforeEach(async () => {
    queues = await createQueues(hand.lab.clients.queues, `redrive-${++made}`);
  });

  const where = () => ["--queue-url", queues.queueUrl, "--dead-letter-queue-url", queues.deadLetterQueueUrl];

  const deadLetter = (body: unknown, reason?: string) => send(queues.deadLetterQueueUrl, body, reason);

  async function send(QueueUrl: string, body: unknown, reason?: string): Promise<void> {
    const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
    const MessageAttributes = reason ? { reason: { DataType: "String", StringValue: reason } } : undefined;
    await hand.lab.clients.queues.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  }

  /** Numbers of messages in the queue and the dead-letter queue, all of them visible. */
  async function counts(): Promise<number[]> {
    const urls = [queues.queueUrl, queues.deadLetterQueueUrl];
    const all = await Promise.all(
      urls.map((QueueUrl) =>
        hand.lab.clients.queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })),
      ),
    );
    return all.map(({ Attributes }) => Number(Attributes?.ApproximateNumberOfMessages));
  }

  /** Sends two dead letters whose cause is gone, and three whose cause remains. */
  async function sendMixed(): Promise<void> {
    await deadLetter(notification(hand.lab.group, GONE));
    await deadLetter(
      notification(hand.lab.group, HALF),
      `the instance ${HALF} is running, so that nothing may be removed`,
    );
    await deadLetter(
      notification(hand.lab.group, hand.running),
      `the instance ${hand.running} is running, so that nothing`,
    );
    await deadLetter(notification("other", GONE), "the group 'other' is not one of this reaper's: test-web");
    await deadLetter("nonsense", "the body is not a JSON object");
  }

  it("sends back only messages whose cause is gone", async () => {
    await sendMixed();
    const dry = await hand.json<{ queues: QueueReport[] }>(["redrive", ...where(), "--dry-run"]);
    assert.deepEqual([dry.code, await counts()], [3, [0, 5]]);
    const wet = await hand.json<{ queues: QueueReport[] }>(["redrive", ...where()]);
    assert.deepEqual([wet.code, await counts()], [3, [2, 3]]);
    const ids = (outcome: string) =>
      wet.document.queues.flatMap(({ messages }) =>
        messages.filter((message) => message.outcome === outcome).map((message) => message.instanceId),
      );
    assert.deepEqual(ids("back").sort(), [GONE, HALF].sort());
    assert.deepEqual(ids("stays").sort(), [GONE, hand.running, undefined].sort());
    const all = await hand.json(["redrive", ...where(), "--all"]);
    assert.deepEqual([all.code, await counts()], [0, [5, 0]]);
  });

  it("returns messages to a worker that gave up while the Chef server was down, and all are reaped", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => instanceId(400 + index));
    for (const id of ids) await register(hand.lab.chef, hand.node(id), hand.publicKey, id);
    queues = await createQueues(hand.lab.clients.queues, "given-up", { maxReceiveCount: 1, visibilitySeconds: 1 });
    hand.proxy.setFault(() => "hang-up");
    const worker = startWorker({
      ...(hand.lab.environment as Record<string, string>),
      REAPER_CHEF_SERVER_URL: hand.proxy.url,
      REAPER_CHEF_CLIENT_NAME: "admin",
      REAPER_CHEF_KEY: '{"ssmParameter":"/chef/operator.pem"}',
      REAPER_GROUPS: JSON.stringify([hand.lab.group]),
      REAPER_QUEUE_URL: queues.queueUrl,
      REAPER_DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
    });
    try {
      for (const id of ids) await send(queues.queueUrl, notification(hand.lab.group, id));
      await eventually(90, "12 dead letters", async () => ((await counts())[1] === 12 ? true : undefined));
      hand.proxy.setFault(() => "pass");
      const { code, document } = await hand.json<{ queues: QueueReport[] }>(["redrive", ...where()]);
      assert.equal(code, 0, JSON.stringify(document));
      await eventually(60, "no node left", async () => ((await hand.nodes()).length === 0 ? true : undefined));
      assert.deepEqual([await hand.ours(), (await counts())[1]], [[], 0]);
    } finally {
      worker.process.kill("SIGTERM");
      await worker.exit;
    }
  });

  it("prints forged content as plain text, and does not trust it", async () => {
    const hostile = "\u202eevil\u2066\nsecond line\u200b";
    await deadLetter(notification(`web\u001b[2J\u0007`, GONE), hostile);
    await deadLetter(notification(hand.lab.group, GONE, { AccountId: "999999999999" }), hostile);
    const options = [...where(), "--outputs", hand.lab.outputs];
    const runs = [
      await hand.lab.run(["redrive", "--dry-run", ...options]),
      await hand.lab.run(["doctor", "--read-only", ...options]),
    ];
    for (const { stdout, stderr } of runs) {
      assert.doesNotMatch(stdout + stderr, /[\p{Cf}\u2028]|(?!\n)\p{Cc}/u);
    }
    const [{ code, stdout } = { code: null, stdout: "" }] = runs;
    assert.deepEqual([code, await counts()], [3, [0, 2]]);
    assert.match(stdout, /'web\\x1b\[2J\\x07' cannot be part of a Chef node name/);
    assert.match(stdout, /contradicts itself about the account.*\n.*→ find out who sends it: /);
  });

  it("moves nothing between queues that do not belong together or are swapped", async () => {
    await deadLetter(notification(hand.lab.group, GONE));
    const other = await createQueues(hand.lab.clients.queues, `other-${made}`);
    const { queueUrl: queue, deadLetterQueueUrl: dead } = queues;
    const wrong: [string, string, RegExp][] = [
      [dead, queue, /are swapped/],
      [queue, queue, /are the same queue/],
      [queue, other.deadLetterQueueUrl, /do not belong together/],
      ["web", dead, /not a URL; 'aws sqs get-queue-url/],
    ];
    for (const [queueUrl, deadLetterQueueUrl, words] of wrong) {
      const args = ["redrive", "--all", "--queue-url", queueUrl, "--dead-letter-queue-url", deadLetterQueueUrl];
      const { code, stderr } = await hand.lab.run([...args, "--outputs", hand.lab.outputs]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, words);
    }
    assert.deepEqual(await counts(), [0, 1]);
  });

  it("does not report an empty queue while another reader holds the dead letters", async () => {
    for (const id of [GONE, HALF]) await deadLetter(notification(hand.lab.group, id));
    const hold = { QueueUrl: queues.deadLetterQueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 };
    await hand.lab.clients.queues.send(new ReceiveMessageCommand(hold));
    const options = [...where(), "--outputs", hand.lab.outputs];
    const { code, stdout } = await hand.lab.run(["redrive", ...options]);
    assert.equal(code, 3, stdout);
    assert.match(
      stdout,
      /2 dead letters\n.*2 messages, not checked: another reader has hidden them\n.*→ run this again/,
    );
    assert.match(stdout, /\n2 hidden by another reader\n$/);
    const doctor = await hand.lab.run(["doctor", "--read-only", ...options]);
    assert.match(doctor.stdout, /dead letters +2 messages, 0 of them checked\n.*→ run this again/);
  });

  it("finds nothing to do if there are no dead letters", async () => {
    const { code, stdout } = await hand.lab.run(["redrive", ...where(), "--outputs", hand.lab.outputs]);
    assert.deepEqual([code, stdout], [0, "test-web: no dead letters\nNothing to send back.\n"]);
  });

  it("sends nothing back while the Chef server is down, or rejects the operator's deletions", async () => {
    await deadLetter(notification(hand.lab.group, GONE));
    const chef = ["--chef-server-url", hand.proxy.url];
    hand.proxy.setFault(() => "hang-up");
    const down = await hand.json<{ queues: QueueReport[] }>(["redrive", ...where(), ...chef]);
    hand.proxy.setFault(({ method, headers }) =>
      method === "DELETE" && headers["x-ops-userid"] === "admin" ? { status: 403 } : "pass",
    );
    const forbidden = await hand.json<{ queues: QueueReport[] }>(["redrive", ...where(), ...chef]);
    assert.deepEqual([down.code, forbidden.code, await counts()], [1, 3, [0, 1]]);
    assert.match(down.document.queues[0]?.messages[0]?.reason ?? "", /unreachable/);
    assert.match(forbidden.document.queues[0]?.messages[0]?.reason ?? "", /'admin' may not delete/);
  });

  it("finishes what is in flight on Ctrl-C, reports it, and loses no message", async () => {
    for (let number = 100; number < 140; number++) await deadLetter(notification(hand.lab.group, instanceId(number)));
    const args = ["redrive", ...where(), "--outputs", hand.lab.outputs, "--chef-server-url", hand.proxy.url];
    const command = hand.lab.start(args);
    let looks = 0;
    hand.proxy.setFault(({ path }) => {
      // During the second batch of ten
      if (path.startsWith("/nodes/test-web") && ++looks === 12) command.process.kill("SIGINT");
      return "pass";
    });
    const { code, stdout, stderr } = await command.ended;
    const [back = 0, dead = 0] = await counts();
    assert.equal(code, 130, stdout + stderr);
    assert.equal(back + dead, 40);
    assert.ok(back > 0 && back < 40, `${back} went back`);
    assert.match(stdout, new RegExp(`^test-web: ${back} dead letters\\n[\\s\\S]*\\n${back} back in the queue\\n$`));
    assert.match(stderr, /Finishing the operations in progress/);
  });

  it("loses no message when nobody reads the output", async () => {
    for (let number = 200; number < 215; number++)
      await deadLetter(notification("other", instanceId(number)), `no ${number}`);
    const line = `${process.execPath} ${commandFile()} redrive --all ${where().join(" ")} | head -1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", line], { env: hand.lab.environment, encoding: "utf8" });
    assert.deepEqual([stdout, stderr], [`redrive-${made}: 15 dead letters\n`, ""]);
    assert.deepEqual(await counts(), [15, 0]);
  });
});
