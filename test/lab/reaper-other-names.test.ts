import assert from "node:assert/strict";
import { DescribeImagesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { type ChefClient, createChefClient } from "../../chef/client";
import { nodeName } from "../../chef/names";
import { forEachBounded } from "../../common/concurrency";
import { until } from "../../lab/story/until";
import { createReaper } from "../../reaper/reaper";
import { CONVERGES_WITHIN_SECONDS } from "../../reaper/removal/other-names";
import { readSettings } from "../../reaper/settings/settings";
import { createLog } from "../../reaper/telemetry/log";
import { keyPair, register } from "../helpers/chef-objects";
import { keptEnvironment } from "../helpers/environment";
import { type Fault, type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { notification } from "../helpers/messages";
import { recordedMetrics } from "../helpers/metrics";
import { findMoto, type Moto, startMoto } from "../helpers/moto";

const HOST = "ip-10-0-0-7.internal";
const LONG_AGO = Date.now() / 1000 - CONVERGES_WITHIN_SECONDS - 60;

describe("a node with another name", function () {
  this.timeout(120_000);
  const restoreEnvironment = keptEnvironment();
  const keys = keyPair();
  let server: Goiardi;
  let proxy: FaultProxy;
  let chef: ChefClient;
  let moto: Moto;
  let gone: string;
  let running: string;

  before(async function () {
    const [goiardi, emulator] = [findGoiardi(), findMoto()];
    if (goiardi === undefined || emulator === undefined) return this.skip();
    [server, moto] = await Promise.all([startGoiardi(goiardi), startMoto(emulator)]);
    proxy = await startFaultProxy(server.url);
    Object.assign(process.env, moto.environment, { TEST_CHEF_KEY: server.adminKey });
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
    [gone = "", running = ""] = await launch();
    await new EC2Client().send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
  });
  beforeEach(() => {
    proxy.setFault(() => "pass");
    proxy.seen.length = 0;
  });
  afterEach(async () => {
    for (const name of await chef.listNodes()) {
      await chef.deleteNode(name);
      await chef.deleteClient(name);
    }
  });
  after(async () => {
    restoreEnvironment();
    chef?.close();
    await Promise.all([proxy?.close(), server?.remove(), moto?.stop()]);
  });

  async function launch(): Promise<string[]> {
    const ec2 = new EC2Client();
    const ImageId = (await ec2.send(new DescribeImagesCommand({}))).Images?.[0]?.ImageId;
    const two = { ImageId, MinCount: 2, MaxCount: 2, InstanceType: "t3.micro" as const };
    return ((await ec2.send(new RunInstancesCommand(two))).Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
  }

  /** Registers like an instance with a name of its own, and waits until the search finds it. */
  async function registered(name: string, ownerId: string, ohaiTime = LONG_AGO): Promise<void> {
    await register(chef, name, keys.publicKey, ownerId, { ohai_time: ohaiTime });
    const look = async () => {
      const { rows } = await chef.search("node", `ec2_instance_id:${ownerId}`);
      return { seen: `${rows.length} found`, found: rows.some((row) => row.name === name) || undefined };
    };
    await until({ what: `the index to have '${name}'`, timeoutSeconds: 30, look });
  }

  /** Processes the message of the terminated instance with the whole reaper. @returns its line of the log */
  async function reap(more: Record<string, string> = { REAPER_SEARCH_OTHER_NAMES: "true" }) {
    const settings = readSettings({
      REAPER_CHEF_SERVER_URL: proxy.url,
      REAPER_CHEF_CLIENT_NAME: "admin",
      REAPER_CHEF_KEY: '{"environment":"TEST_CHEF_KEY"}',
      REAPER_GROUPS: '["web"]',
      REAPER_DEAD_LETTER_QUEUE_URL: "http://127.0.0.1:1/dead",
      ...more,
    });
    const lines: string[] = [];
    const metrics = recordedMetrics();
    const reaper = createReaper(settings, { log: createLog((line) => lines.push(line)), metrics });
    const time = new Date().toISOString();
    const body = JSON.stringify(notification("web", gone, { Time: time, EndTime: time }));
    const [disposal] = await reaper.settle([{ id: "m", body, receiptHandle: "" }]);
    return { disposal, line: JSON.parse(lines[0] ?? ""), metrics };
  }

  const isThere = async (name: string) => [
    (await chef.getNode(name)) !== undefined,
    (await chef.getClient(name)) !== undefined,
  ];
  const OF_THE_NAME = () => {
    const name = nodeName("web", gone);
    return [`GET /nodes/${name}`, `DELETE /clients/${name}`, `DELETE /nodes/${name}`];
  };

  it("is kept by default, and only the instance's own name is requested", async () => {
    await registered(HOST, gone);
    const { disposal, line } = await reap({});
    assert.deepEqual([disposal, line.decision], ["left", "retry"]);
    assert.match(line.reason, /neither node nor client found/);
    assert.deepEqual(proxy.seen, OF_THE_NAME());
    assert.deepEqual(await isThere(HOST), [true, true]);
  });

  it("is removed with its client if the reaper searches, and counts as reaped", async () => {
    await registered(HOST, gone);
    await registered("another", running);
    const { disposal, line, metrics } = await reap();
    assert.deepEqual([disposal, line.decision], ["done", "acknowledged"]);
    assert.equal(line.reason, `found by its id, '${HOST}': node deleted, client deleted`);
    assert.ok(metrics.counted.includes("reaped web 1"), metrics.counted.join());
    assert.deepEqual(await isThere(HOST), [false, false]);
    assert.deepEqual(await isThere("another"), [true, true]);
  });

  it("is removed with all others of the instance, even over several pages", async () => {
    const names = Array.from({ length: 201 }, (_, n) => `host-${n}`);
    await forEachBounded(names, 8, (name) => register(chef, name, keys.publicKey, gone, { ohai_time: LONG_AGO }));
    await registered(HOST, gone);
    assert.equal((await reap()).disposal, "done");
    assert.equal(proxy.seen.filter((request) => request.startsWith("GET /search")).length, 3);
    assert.deepEqual(await chef.listNodes(), []);
  });

  it("is not searched for if the instance's own name is found", async () => {
    await registered(nodeName("web", gone), gone);
    assert.equal((await reap()).disposal, "done");
    assert.deepEqual(proxy.seen, OF_THE_NAME());
  });

  it("is kept while a running instance may share it, and permanently once that has converged", async () => {
    await registered(HOST, gone, Date.now() / 1000 - 300);
    const { disposal, line } = await reap();
    assert.deepEqual([disposal, line.decision, line.retryAfterSeconds], ["left", "retry", 600]);
    assert.match(line.reason, /but converged 5 minutes ago/);
    await chef.deleteNode(HOST);
    await chef.deleteClient(HOST);
    await registered(HOST, running);
    assert.match((await reap()).line.reason, /neither node nor client found/);
    assert.deepEqual(await isThere(HOST), [true, true]);
  });

  it("is kept with the message if the search is rejected or fails, or the client cannot be deleted", async () => {
    await registered(HOST, gone);
    const search = /^GET \/search\/node/;
    const cases: [RegExp, Fault, RegExp][] = [
      [search, { status: 403 }, /forbidden.*give it read and delete permission on nodes and clients/],
      [search, { status: 503 }, /the server failed: check its logs/],
      [search, "garbage", /malformed/],
      [/^DELETE \/clients\/ip-/, { status: 500 }, /the server failed/],
    ];
    for (const [request, fault, reason] of cases) {
      proxy.setFault(({ method, path }) => (request.test(`${method} ${path}`) ? fault : "pass"));
      const { disposal, line, metrics } = await reap();
      assert.deepEqual([disposal, line.decision], ["left", "retry"]);
      assert.match(line.reason, reason);
      assert.ok(metrics.counted.includes("failures web 1"), metrics.counted.join());
      assert.deepEqual(await isThere(HOST), [true, true]);
    }
    proxy.setFault(() => "pass");
    assert.equal((await reap()).disposal, "done");
    assert.deepEqual(await isThere(HOST), [false, false]);
  });
});
