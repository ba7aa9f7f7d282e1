import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { ReapedInstance } from "../../cli/reap/reap-instance";
import type { QueueReport } from "../../cli/redrive/redrive-queue";
import { nodeName } from "../../components/chef";
import type { ReconcileReport } from "../../components/reconcile";
import { instanceId, keyPair, register } from "../helpers/chef-objects";
import { commandFile } from "../helpers/command-line";
import { type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi } from "../helpers/goiardi";
import { notification } from "../helpers/messages";
import { createQueues, type OperatorsLab, type QueueUrls, startOperatorsLab } from "../helpers/operators-lab";
import { startWorker } from "../helpers/worker";
import { members } from "./emulator-fleet";
import { emulatorObstacle, eventually } from "./emulator-process";

/** Ids that no instance has here. */
const [GONE = "", HALF = "", FOREIGN = "", ABSENT = ""] = [1, 2, 3, 4].map(instanceId);

describe("an operator's hand, on a real Chef server and an emulated AWS", function () {
  this.timeout(120_000);
  const { publicKey } = keyPair();
  let lab: OperatorsLab;
  let proxy: FaultProxy;
  let running: string;

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) return this.skip();
    lab = await startOperatorsLab(goiardi);
    proxy = await startFaultProxy(lab.server.url);
    running = await eventually(30, "an instance of the group", async () => {
      const [first] = await members(lab.clients, lab.group);
      return first?.InstanceId;
    });
  });
  after(async () => {
    await proxy?.close();
    await lab?.stop();
  });
  afterEach(async () => {
    proxy?.setFault(() => "pass");
    for (const name of (await lab?.chef.listNodes()) ?? []) await lab.chef.deleteNode(name);
    for (const name of await ours()) await lab.chef.deleteClient(name);
  });

  const node = (id: string) => nodeName(lab.group, id);
  const ours = async () => ((await lab?.chef.listClients()) ?? []).filter((name) => name.startsWith(`${lab.group}-`));
  const nodes = async () => (await lab.chef.listNodes()).sort();

  async function json<T>(args: readonly string[]): Promise<{ code: number | null; document: T }> {
    const { code, stdout, stderr } = await lab.run([...args, "--json", "--outputs", lab.outputs]);
    assert.ok(stdout.startsWith("{"), stderr);
    return { code, document: JSON.parse(stdout) };
  }

  describe("reap", () => {
    const outcomes = ({ instances }: { instances: ReapedInstance[] }) => instances.map(({ outcome }) => outcome);

    it("removes what is gone, and refuses what lives or is another's", async () => {
      await register(lab.chef, node(GONE), publicKey, GONE);
      await lab.chef.createClient({ name: node(HALF), publicKey });
      await register(lab.chef, node(FOREIGN), publicKey, running);
      await register(lab.chef, node(running), publicKey, running);
      const ids = [GONE, node(HALF), FOREIGN, running, ABSENT];
      const dry = await json<{ instances: ReapedInstance[] }>(["reap", ...ids, "--dry-run"]);
      assert.deepEqual(outcomes(dry.document), ["would-remove", "would-remove", "refused", "refused", "absent"]);
      assert.equal((await nodes()).length, 3, "a dry run removes nothing");
      const wet = await json<{ instances: ReapedInstance[] }>(["reap", ...ids]);
      assert.deepEqual(outcomes(wet.document), ["removed", "removed", "refused", "refused", "absent"]);
      assert.deepEqual([dry.code, wet.code], [4, 4]);
      assert.match(wet.document.instances[3]?.reason ?? "", /is running, so that nothing of it may be removed/);
      assert.deepEqual(await nodes(), [node(FOREIGN), node(running)].sort());
      assert.deepEqual((await ours()).sort(), [node(FOREIGN), node(running)].sort());
    });

    it("ends with 3 for a dry run that found something, 0 when all is gone", async () => {
      await register(lab.chef, node(GONE), publicKey);
      assert.equal((await json(["reap", GONE, "--dry-run"])).code, 3);
      assert.equal((await json(["reap", GONE])).code, 0);
      assert.equal((await json(["reap", GONE])).code, 0);
    });

    it("believes EC2 nothing in a region or account that has no such group", async () => {
      await register(lab.chef, "elsewhere-i-00000000000000001", publicKey, GONE);
      const chef = ["--function", "web-reaper"];
      const args = ["reap", "elsewhere-i-00000000000000001", "--group", "elsewhere", ...chef];
      const { code, stdout } = await lab.run(args);
      assert.deepEqual([code, (await nodes()).length], [4, 1], stdout);
      assert.match(stdout, /neither is its group 'elsewhere': check '--region'/);
      const destroyed = await lab.run([...args, "--group-destroyed"]);
      assert.deepEqual([destroyed.code, await nodes()], [0, []], destroyed.stdout);
      await lab.chef.deleteClient("elsewhere-i-00000000000000001");
    });

    it("believes EC2 nothing against a node that converged lately, or in another region", async () => {
      const [lately, elsewhere] = [GONE, HALF];
      await register(lab.chef, node(lately), publicKey);
      await register(lab.chef, node(elsewhere), publicKey);
      await saveNode(node(lately), { ohai_time: Date.now() / 1000, ec2: { instance_id: lately } });
      await saveNode(node(elsewhere), { ec2: { instance_id: elsewhere, region: "eu-west-3" } });
      const { code, document } = await json<{ instances: ReapedInstance[] }>(["reap", lately, elsewhere]);
      assert.deepEqual([code, outcomes(document)], [4, ["refused", "refused"]]);
      assert.match(document.instances[0]?.reason ?? "", /something converged as its node 0 minutes ago/);
      assert.match(document.instances[1]?.reason ?? "", /the node ran in another region, 'eu-west-3'/);
      assert.equal((await nodes()).length, 2);
    });

    it("tells a Chef server that is down for each instance, and fails", async () => {
      await lab.server.stop();
      const { code, document } = await json<{ instances: ReapedInstance[] }>(["reap", GONE, HALF]).finally(() =>
        lab.server.start(),
      );
      assert.deepEqual([code, outcomes(document)], [1, ["failed", "failed"]]);
    });

    it("takes neither names that are none nor keys", async () => {
      const [name, key] = await Promise.all([
        lab.run(["reap", "../admin", "--outputs", lab.outputs]),
        lab.run(["reap", GONE, "--outputs", lab.outputs, "--chef-key", lab.server.adminKey]),
      ]);
      assert.deepEqual([name.code, key.code], [2, 2]);
      assert.match(name.stderr, /'..\/admin' is no instance/);
      assert.match(key.stderr, /holds a private key: give the place/);
      const secret = lab.server.adminKey.split("\n")[5] ?? "";
      assert.ok(secret.length > 60 && !key.stderr.includes(secret));
    });

    async function saveNode(name: string, automatic: Record<string, unknown>): Promise<void> {
      await lab.chef.deleteNode(name);
      const empty = { default: {}, normal: {}, override: {}, run_list: [] };
      const type = { chef_environment: "_default", chef_type: "node", json_class: "Chef::Node" };
      await lab.chef.createNode({ name, automatic, ...type, ...empty });
    }
  });

  describe("redrive", () => {
    let queues: QueueUrls;
    let made = 0;

    beforeEach(async () => {
      queues = await createQueues(lab.clients.queues, `redrive-${++made}`);
    });

    const where = () => ["--queue-url", queues.queueUrl, "--dead-letter-queue-url", queues.deadLetterQueueUrl];

    const deadLetter = (body: unknown, reason?: string) => send(queues.deadLetterQueueUrl, body, reason);

    async function send(QueueUrl: string, body: unknown, reason?: string): Promise<void> {
      const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
      const MessageAttributes = reason ? { reason: { DataType: "String", StringValue: reason } } : undefined;
      await lab.clients.queues.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    }

    /** Messages in the queue and among the dead letters, all of them visible. */
    async function counts(): Promise<number[]> {
      const urls = [queues.queueUrl, queues.deadLetterQueueUrl];
      const all = await Promise.all(
        urls.map((QueueUrl) =>
          lab.clients.queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })),
        ),
      );
      return all.map(({ Attributes }) => Number(Attributes?.ApproximateNumberOfMessages));
    }

    /** Two whose cause is gone, three whose cause is not. */
    async function sendMixed(): Promise<void> {
      await deadLetter(notification(lab.group, GONE));
      await deadLetter(
        notification(lab.group, HALF),
        `the instance ${HALF} is running, so that nothing may be removed`,
      );
      await deadLetter(notification(lab.group, running), `the instance ${running} is running, so that nothing`);
      await deadLetter(notification("other", GONE), "the group 'other' is not one of this reaper's: test-web");
      await deadLetter("nonsense", "the body is no JSON object");
    }

    it("sends back those whose cause is gone, and no others", async () => {
      await sendMixed();
      const dry = await json<{ queues: QueueReport[] }>(["redrive", ...where(), "--dry-run"]);
      assert.deepEqual([dry.code, await counts()], [3, [0, 5]]);
      const wet = await json<{ queues: QueueReport[] }>(["redrive", ...where()]);
      assert.deepEqual([wet.code, await counts()], [3, [2, 3]]);
      const ids = (outcome: string) =>
        wet.document.queues.flatMap(({ messages }) =>
          messages.filter((message) => message.outcome === outcome).map((message) => message.instanceId),
        );
      assert.deepEqual(ids("back").sort(), [GONE, HALF].sort());
      assert.deepEqual(ids("stays").sort(), [GONE, running, undefined].sort());
      const all = await json(["redrive", ...where(), "--all"]);
      assert.deepEqual([all.code, await counts()], [0, [5, 0]]);
    });

    it("gives a worker back what it gave up on while the Chef server was down, and all of it is reaped", async () => {
      const ids = Array.from({ length: 12 }, (_, index) => instanceId(400 + index));
      for (const id of ids) await register(lab.chef, node(id), publicKey, id);
      queues = await createQueues(lab.clients.queues, "given-up", { maxReceiveCount: 1, visibilitySeconds: 1 });
      proxy.setFault(() => "hang-up");
      const worker = startWorker({
        ...(lab.environment as Record<string, string>),
        REAPER_CHEF_SERVER_URL: proxy.url,
        REAPER_CHEF_CLIENT_NAME: "admin",
        REAPER_CHEF_KEY: '{"ssmParameter":"/chef/operator"}',
        REAPER_GROUPS: JSON.stringify([lab.group]),
        REAPER_QUEUE_URL: queues.queueUrl,
        REAPER_DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
      });
      try {
        for (const id of ids) await send(queues.queueUrl, notification(lab.group, id));
        await eventually(90, "12 dead letters", async () => ((await counts())[1] === 12 ? true : undefined));
        proxy.setFault(() => "pass");
        const { code, document } = await json<{ queues: QueueReport[] }>(["redrive", ...where()]);
        assert.equal(code, 0, JSON.stringify(document));
        await eventually(60, "no node left", async () => ((await nodes()).length === 0 ? true : undefined));
        assert.deepEqual([await ours(), (await counts())[1]], [[], 0]);
      } finally {
        worker.process.kill("SIGTERM");
        await worker.exit;
      }
    });

    it("finds nothing to do where no dead letters are", async () => {
      const { code, stdout } = await lab.run(["redrive", ...where(), "--outputs", lab.outputs]);
      assert.deepEqual([code, stdout], [0, "test-web: no dead letters\nNothing to send back.\n"]);
    });

    it("sends nothing back while the Chef server is down, or refuses the operator's deletions", async () => {
      await deadLetter(notification(lab.group, GONE));
      const chef = ["--chef-server-url", proxy.url];
      proxy.setFault(() => "hang-up");
      const down = await json<{ queues: QueueReport[] }>(["redrive", ...where(), ...chef]);
      proxy.setFault(({ method, headers }) =>
        method === "DELETE" && headers["x-ops-userid"] === "admin" ? { status: 403 } : "pass",
      );
      const forbidden = await json<{ queues: QueueReport[] }>(["redrive", ...where(), ...chef]);
      assert.deepEqual([down.code, forbidden.code, await counts()], [1, 3, [0, 1]]);
      assert.match(down.document.queues[0]?.messages[0]?.reason ?? "", /unreachable/);
      assert.match(forbidden.document.queues[0]?.messages[0]?.reason ?? "", /'admin' may not delete/);
    });

    it("finishes what is in flight on Ctrl-C, tells it, and loses no message", async () => {
      for (let number = 100; number < 140; number++) await deadLetter(notification(lab.group, instanceId(number)));
      const args = ["redrive", ...where(), "--outputs", lab.outputs, "--chef-server-url", proxy.url];
      const command = lab.start(args);
      let looks = 0;
      proxy.setFault(({ path }) => {
        // In the second batch of ten
        if (path.startsWith("/nodes/test-web") && ++looks === 12) command.process.kill("SIGINT");
        return "pass";
      });
      const { code, stdout, stderr } = await command.ended;
      const [back = 0, dead = 0] = await counts();
      assert.equal(code, 130, stdout + stderr);
      assert.equal(back + dead, 40);
      assert.ok(back > 0 && back < 40, `${back} went back`);
      assert.match(stdout, new RegExp(`^test-web: ${back} dead letters\\n[\\s\\S]*\\n${back} back in the queue\\n$`));
      assert.match(stderr, /Stopping after what is in flight/);
    });

    it("loses no message when nobody reads the output", async () => {
      for (let number = 200; number < 215; number++)
        await deadLetter(notification("other", instanceId(number)), `no ${number}`);
      const line = `${process.execPath} ${commandFile()} redrive --all ${where().join(" ")} | head -1`;
      const { stdout, stderr } = spawnSync("sh", ["-c", line], { env: lab.environment, encoding: "utf8" });
      assert.deepEqual([stdout, stderr], [`redrive-${made}: 15 dead letters\n`, ""]);
      assert.deepEqual(await counts(), [15, 0]);
    });
  });

  describe("reconcile", () => {
    // The last one, because the group's instance goes
    it("removes what no message told of, under its cap, and tells when it stops there", async () => {
      await register(lab.chef, node(running), publicKey, running);
      const before = await json<{ groups: ReconcileReport[] }>(["reconcile", "--grace", "0"]);
      assert.deepEqual([before.code, before.document.groups[0]?.living], [0, 1]);
      await removeInstances();
      for (let number = 300; number < 306; number++) await register(lab.chef, node(instanceId(number)), publicKey);
      const forgotten = instanceId(306);
      const ec2 = { instance_id: forgotten, placement_availability_zone: "us-east-1a", account_id: "123456789012" };
      await lab.chef.createNode({ name: node(forgotten), automatic: { ohai_time: Date.now() / 1000 - 7200, ec2 } });
      const provable = [node(running), node(forgotten)].sort();
      const capped = await lab.run(["reconcile", "--grace", "0", "--max-count", "1", "--outputs", lab.outputs]);
      assert.equal(capped.code, 4, capped.stdout);
      assert.match(
        capped.stdout,
        /stopped: 2 of 8 names are left over.*\n.*reconcile --group test-web --dry-run --max-share 1 --max-count 8/,
      );
      const wide = ["--max-share", "1", "--max-count", "8"];
      const dry = await json<{ groups: ReconcileReport[] }>(["reconcile", "--grace", "0", "--dry-run", ...wide]);
      assert.deepEqual([dry.code, [...(dry.document.groups[0]?.planned ?? [])].sort()], [3, provable]);
      assert.equal((await nodes()).length, 8);
      const wet = await json<{ groups: ReconcileReport[] }>(["reconcile", "--grace", "0", ...wide]);
      assert.equal(wet.code, 3, "what is not certain is kept, and told");
      assert.deepEqual(wet.document.groups[0]?.removed.map(({ name }) => name).sort(), provable);
      assert.deepEqual([wet.document.groups[0]?.kept.length, (await nodes()).length], [6, 6]);
    });

    it("is refused numbers that are none", async () => {
      const { code, stderr } = await lab.run(["reconcile", "--max-share", "half", "--outputs", lab.outputs]);
      assert.equal(code, 2);
      assert.match(stderr, /--max-share.*'half' is invalid\. expected a share/);
    });

    async function removeInstances(): Promise<void> {
      const update = { AutoScalingGroupName: lab.group, MinSize: 0, DesiredCapacity: 0 };
      await lab.clients.groups.send(new UpdateAutoScalingGroupCommand(update));
      await eventually(60, "the group without instances", async () =>
        (await members(lab.clients, lab.group)).length === 0 ? true : undefined,
      );
    }
  });
});
