import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Area, Check } from "../../cli/doctor/check";
import { PROBE_PREFIX } from "../../cli/doctor/permissions";
import { startWorkerServer } from "../../reaper/worker/worker-server";
import { keyPair, register } from "../helpers/chef-objects";
import { commandFile } from "../helpers/command-line";
import { startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi } from "../helpers/goiardi";
import { notification } from "../helpers/messages";
import { createQueues, type OperatorsLab, startOperatorsLab } from "../helpers/operators-lab";
import { emulatorObstacle, eventually } from "./emulator-process";
import { makeCertificates } from "./faults/certificates";

const ESCAPE = "\u001b";

describe("doctor, with a real Chef server and an emulated AWS", function () {
  this.timeout(120_000);
  let lab: OperatorsLab;

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) return this.skip();
    lab = await startOperatorsLab(goiardi);
  });
  after(() => lab?.stop());

  async function doctor(...args: string[]): Promise<{ code: number | null; checks: Map<string, Check>; text: string }> {
    const { code, stdout, stderr } = await lab.run(["doctor", "--json", "--outputs", lab.outputs, ...args]);
    assert.ok(stdout.startsWith("{"), stderr);
    const { areas } = JSON.parse(stdout) as { areas: Area[] };
    const checks = new Map(areas.flatMap((area) => area.checks.map((check) => [check.name, check] as const)));
    return { code, checks, text: stdout + stderr };
  }

  const statuses = (checks: ReadonlyMap<string, Check>, status: Check["status"]) =>
    [...checks.values()].filter((check) => check.status === status).map(({ name }) => name);

  async function ofDoctors(): Promise<string[]> {
    const names = [...(await lab.chef.listNodes()), ...(await lab.chef.listClients())];
    return names.filter((name) => name.startsWith(PROBE_PREFIX));
  }

  it("finds no problem, has verified the permissions, and leaves nothing behind", async () => {
    const { code, checks } = await doctor();
    assert.deepEqual([statuses(checks, "failed"), statuses(checks, "warning"), code], [[], [], 0]);
    assert.match(checks.get("permissions")?.message ?? "", /'admin' deleted a temporary node and client/);
    for (const name of [
      "key",
      "clock",
      "access",
      "search",
      "group",
      "delivery",
      "function",
      "function role",
      "reconcile role",
      "source",
      "reconcile",
      "reconcile function",
      "reconcile errors",
      "policy",
      "redrive",
      "dead letters",
    ]) {
      assert.equal(checks.get(name)?.status, "ok", name);
    }
    assert.deepEqual(await ofDoctors(), []);
  });

  it("creates nothing with --read-only", async () => {
    const { code, checks } = await doctor("--read-only");
    assert.deepEqual([checks.get("permissions")?.status, code], ["skipped", 0]);
  });

  it("reports a Chef server that is down, and checks the rest nevertheless", async () => {
    await lab.server.stop();
    const { code, checks } = await doctor().finally(() => lab.server.start());
    assert.equal(code, 1);
    assert.deepEqual(statuses(checks, "failed"), ["clock", "access"]);
    assert.match(checks.get("access")?.message ?? "", /unreachable.*check the server URL/);
    assert.equal(checks.get("redrive")?.status, "ok");
  });

  it("distinguishes a wrong key from a missing one, and prints neither", async () => {
    const { privateKey } = keyPair();
    const file = join(lab.folder, "wrong.pem");
    writeFileSync(file, privateKey, { mode: 0o600 });
    const [wrong, missing] = await Promise.all([
      doctor("--chef-key", file),
      doctor("--chef-key", '{"ssmParameter": "/chef/nobody"}'),
    ]);
    assert.deepEqual([wrong.code, missing.code], [1, 1]);
    assert.match(wrong.checks.get("access")?.message ?? "", /unauthorized.*check that the key belongs to the client/);
    assert.match(missing.checks.get("key")?.message ?? "", /ParameterNotFound.*create it with the key's PEM text/);
    assert.equal(missing.checks.get("permissions")?.status, "skipped");
    const secret = privateKey.split("\n")[5] ?? "";
    assert.ok(secret.length > 60 && !wrong.text.includes(secret));
  });

  it("reports a wrong clock, even if the server rejects requests because of it", async () => {
    const server = await serve(() => ({ status: 401, date: new Date(Date.now() - 20 * 60_000) }));
    const { port } = server.address() as AddressInfo;
    const { code, checks } = await doctor("--chef-server-url", `http://127.0.0.1:${port}`).finally(() =>
      server.close(),
    );
    assert.equal(code, 1);
    assert.match(
      checks.get("clock")?.message ?? "",
      /^this machine's clock is 1,(199|20\d) seconds ahead of the server's/,
    );
    assert.match(checks.get("access")?.message ?? "", /clock-skew/);
  });

  it("trusts only the given CA", async () => {
    const { good, unknown, caPem } = makeCertificates();
    const ca = join(lab.folder, "ca.pem");
    writeFileSync(ca, caPem);
    const [trusted, stranger] = await Promise.all([good, unknown].map((one) => startFaultProxy(lab.server.url, one)));
    assert.ok(trusted && stranger);
    const [well, untrusted] = await Promise.all([
      doctor("--chef-server-url", trusted.url, "--chef-ca", ca),
      doctor("--chef-server-url", stranger.url, "--chef-ca", ca),
    ]).finally(() => Promise.all([trusted.close(), stranger.close()]));
    assert.deepEqual([well.code, untrusted.code], [0, 1]);
    assert.match(untrusted.checks.get("access")?.message ?? "", /untrusted.*is not trusted: set it/);
  });

  it("prints the commands that permit an operator to delete", async () => {
    const { privateKey, publicKey } = keyPair();
    const file = join(lab.folder, "reader.pem");
    writeFileSync(file, privateKey, { mode: 0o600 });
    await lab.chef.createClient({ name: "reader", publicKey });
    const probe = `${PROBE_PREFIX}test`;
    await register(lab.chef, probe, publicKey);
    const as = ["--chef-client", "reader", "--chef-key", file];
    const [unproven, refused] = await Promise.all([doctor(...as), doctor(...as, "--probe", probe)]);
    assert.deepEqual([unproven.code, unproven.checks.get("permissions")?.status], [3, "warning"]);
    assert.match(unproven.checks.get("permissions")?.fix?.at(-1) ?? "", /^chef-autoscaling doctor --probe \S+$/);
    assert.deepEqual([refused.code, refused.checks.get("permissions")?.status], [1, "failed"]);
    assert.match(refused.checks.get("permissions")?.message ?? "", /'reader' may not read nodes and clients/);
    assert.ok(refused.checks.get("permissions")?.fix?.some((line) => line.startsWith("knife acl bulk add group")));

    const proven = await doctor("--probe", probe);
    assert.deepEqual([proven.code, proven.checks.get("permissions")?.status], [0, "ok"]);
    assert.deepEqual(await ofDoctors(), []);
  });

  it("cleans up as the temporary client itself if the operator may not delete", async () => {
    const proxy = await startFaultProxy(lab.server.url);
    proxy.setFault(({ method, headers }) =>
      method === "DELETE" && headers["x-ops-userid"] === "admin" ? { status: 403 } : "pass",
    );
    const { code, checks } = await doctor("--chef-server-url", proxy.url).finally(() => proxy.close());
    assert.deepEqual([code, checks.get("permissions")?.status], [1, "failed"]);
    assert.match(checks.get("permissions")?.message ?? "", /'admin' may not delete nodes and clients \(403\)/);
    assert.deepEqual(await ofDoctors(), []);
  });

  it("deletes nothing for a --probe with a name that does not belong to it", async () => {
    const { code, stderr } = await lab.run(["doctor", "--outputs", lab.outputs, "--probe", "web-i-0123456789abcdef0"]);
    assert.equal(code, 2);
    assert.match(stderr, /its name must start with 'chef-autoscaling-doctor-'/);
  });

  it("reports what a killed run has left", async () => {
    const left = `${PROBE_PREFIX}left`;
    await register(lab.chef, left, keyPair().publicKey);
    const { code, checks } = await doctor("--read-only");
    assert.deepEqual([code, checks.get("left over")?.status], [3, "warning"]);
    assert.deepEqual(checks.get("left over")?.fix?.[0], `knife node delete ${left} --yes`);
    await lab.chef.deleteNode(left);
    await lab.chef.deleteClient(left);
  });

  it("explains dead letters without removing them", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const running = { cause: text("alive"), reason: text("the instance i-0123456789abcdef0 is running") };
    for (const MessageAttributes of [undefined, undefined, running]) {
      const MessageBody = JSON.stringify(notification(lab.group, "i-0123456789abcdef0"));
      await lab.clients.queues.send(
        new SendMessageCommand({ QueueUrl: lab.deadLetterQueueUrl, MessageBody, MessageAttributes }),
      );
    }
    const { code, checks } = await doctor("--read-only");
    assert.equal(code, 3);
    assert.match(checks.get("exhausted")?.message ?? "", /^2 messages, up to .* old: received too often/);
    assert.match(checks.get("alive")?.message ?? "", /^1 message, .*is running/);
    const { Attributes } = await lab.clients.queues.send(
      new GetQueueAttributesCommand({ QueueUrl: lab.deadLetterQueueUrl, AttributeNames: ["All"] }),
    );
    assert.deepEqual(
      [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible],
      ["3", "0"],
    );
    const emptied = await lab.run(["redrive", "--all", "--outputs", lab.outputs]);
    assert.equal(emptied.code, 0, emptied.stderr);
  });

  it("reports queues and functions that do not exist", async () => {
    const { code, checks } = await doctor("--read-only", "--queue-url", `${lab.queueUrl}-none`, "--function", "none");
    assert.equal(code, 1);
    assert.match(checks.get("queue")?.message ?? "", /^sqs:GetQueueAttributes in us-east-1 found nothing /);
    assert.match(
      checks.get("function")?.message ?? "",
      /^lambda:GetFunctionConfiguration in us-east-1 found nothing \(ResourceNotFoundException\)/,
    );
    assert.deepEqual(checks.get("function")?.fix, ["check the name, the region and the account"]);
  });

  it("reports a queue that gets no messages of the group", async () => {
    const { queueUrl, deadLetterQueueUrl } = await createQueues(lab.clients.queues, "deaf");
    const where = ["--queue-url", queueUrl, "--dead-letter-queue-url", deadLetterQueueUrl];
    const { code, checks } = await doctor("--read-only", ...where);
    assert.deepEqual([code, statuses(checks, "failed")], [1, ["delivery", "source"]]);
    assert.match(checks.get("delivery")?.message ?? "", /not subscribed to the group's topic arn:aws:sns:/);
  });

  it("checks a worker, if one is given", async () => {
    const health = () => ({ live: true, ready: true, draining: false, silentSeconds: 1 });
    const prometheus = { contentType: "text/plain", text: async () => "" };
    const port = await startWorkerServer({ port: 0, bindAddress: "127.0.0.1", health, prometheus });
    const well = await doctor("--read-only", "--worker", `http://127.0.0.1:${port}`);
    assert.deepEqual([well.code, well.checks.get("worker")?.status], [0, "ok"]);
    const away = await doctor("--read-only", "--worker", "http://127.0.0.1:9");
    assert.deepEqual([away.code, away.checks.get("worker")?.status], [1, "failed"]);
  });

  it("explains what is missing", async () => {
    const [nothing, unreadable, nobody] = await Promise.all([
      lab.run(["doctor"]),
      lab.run(["doctor", "--outputs", join(lab.folder, "none.json")]),
      lab.run(["sweep"], { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", HOME: lab.folder }),
    ]);
    assert.deepEqual([nothing.code, unreadable.code, nobody.code], [2, 2, 1]);
    assert.match(
      nobody.stderr,
      /^error: ec2:\w+ in us-east-1 could not be called, because there are no AWS credentials .*; log in to AWS/,
    );
    assert.match(nothing.stderr, /^error: nothing to check: give '--outputs'/);
    assert.match(unreadable.stderr, /^error: '--outputs' cannot be read: ENOENT/);
  });

  it("prints plain text into a pipe, and colors on a terminal unless NO_COLOR is set", async () => {
    const args = ["doctor", "--read-only", "--outputs", lab.outputs];
    const { stdout, stderr } = await lab.run(args);
    assert.ok(!stdout.includes(ESCAPE) && stdout.includes("  ✔ redrive"), stdout);
    assert.equal(stderr, "");
    const onTerminal = (more: NodeJS.ProcessEnv) =>
      spawnSync("script", ["-qec", [process.execPath, commandFile(), ...args].join(" "), "/dev/null"], {
        encoding: "utf8",
        env: { ...lab.environment, TERM: "xterm-256color", ...more },
      }).stdout;
    assert.ok(onTerminal({}).includes(`${ESCAPE}[32m✔`));
    assert.ok(!onTerminal({ NO_COLOR: "1" }).includes(`${ESCAPE}[32m`));
  });

  // Last, because an error stays in the log
  describe("the log of the reaper's function", () => {
    it("is read for its last error", async () => {
      await lab.clients.queues.send(new SendMessageCommand({ QueueUrl: lab.queueUrl, MessageBody: "nonsense" }));
      const told = await eventually(60, "an error in the log", async () => {
        const { checks } = await doctor("--read-only");
        return checks.get("errors")?.status === "warning" ? checks.get("errors") : undefined;
      });
      assert.match(told.message, /^1 line within the last hour, the last: settled: made up$/);
      assert.match(told.fix?.[0] ?? "", /^aws logs tail/);
    });
  });
});

function serve(answer: () => { readonly status: number; readonly date: Date }): Promise<Server> {
  const server = createServer((_, response) => {
    const { status, date } = answer();
    response.writeHead(status, { Date: date.toUTCString() }).end('{"error":["made up"]}');
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
