import assert from "node:assert/strict";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeImagesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { type ChefClient, createChefClient, instanceIdOf, nodeName } from "../../chef";
import { type ReconcileOptions, reconcileGroup } from "../../reaper/reconcile";
import { instanceId, keyPair } from "../helpers/chef-objects";
import { type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { type Clients, clientsOf, makeGroup, makeTemplate, members } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, startEmulator } from "./emulator-process";

const STRANGERS = ["web-server", "webx-i-00000000000000001", "other-i-00000000000000001"];
/** Ids that no instance has. */
const NEVER = [1, 2, 3].map(instanceId);

describe("a reconcile with a real Chef server and an emulated AWS", function () {
  this.timeout(90_000);
  const { publicKey } = keyPair();
  let emulator: Emulator;
  let server: Goiardi;
  let proxy: FaultProxy;
  let chef: ChefClient;
  let aws: Clients;
  let living: string[];
  let gone: string[];

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) {
      return this.skip();
    }
    [emulator, server] = await Promise.all([startEmulator("records"), startGoiardi(goiardi)]);
    proxy = await startFaultProxy(server.url);
    chef = createChefClient({ serverUrl: proxy.url, clientName: "admin", key: server.adminKey });
    aws = clientsOf(emulator);
    const template = await makeTemplate(aws, "web");
    await makeGroup(aws, "web", template, { MinSize: 0, MaxSize: 20, DesiredCapacity: 4 });
    await makeGroup(aws, "empty", template, { MinSize: 0, MaxSize: 20, DesiredCapacity: 3 });
    gone = (await inService("web", 4)).slice(0, 2);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: gone }));
    living = await eventually(30, "two replacements", async () => {
      const now = await inService("web", 4);
      return gone.some((id) => now.includes(id)) ? undefined : now;
    });
  });
  after(async () => {
    chef?.close();
    await proxy?.close();
    await Promise.all([server?.remove(), emulator?.stop()]);
  });

  beforeEach(async () => {
    proxy.setFault(() => "pass");
    for (const id of [...living, ...gone]) await register("web", id);
    for (const name of STRANGERS) await addNode(name);
  });
  afterEach(async () => {
    proxy.setFault(() => "pass");
    for (const name of await chef.listNodes()) await chef.deleteNode(name);
    for (const name of (await chef.listClients()).filter((one) => one.includes("-i-"))) await chef.deleteClient(name);
  });

  function inService(group: string, count: number): Promise<string[]> {
    return eventually(30, `${count} instances of ${group}`, async () => {
      const found = (await members(aws, group)).filter(({ LifecycleState }) => LifecycleState === "InService");
      return found.length === count ? found.map(({ InstanceId = "" }) => InstanceId) : undefined;
    });
  }

  async function launchOne(ec2: EC2Client): Promise<string> {
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({}));
    const ImageId = Images[0]?.ImageId;
    const once = { ImageId, MinCount: 1, MaxCount: 1, InstanceType: "t3.small" as const };
    return (await ec2.send(new RunInstancesCommand(once))).Instances?.[0]?.InstanceId ?? "";
  }

  const addClient = (name: string) => chef.createClient({ name, publicKey });
  const addNode = (name: string, automatic: object = {}) =>
    chef.createNode({ name, chef_environment: "_default", json_class: "Chef::Node", chef_type: "node", automatic });
  /** What ohai reported in a converged run two hours ago. */
  const ohai = (instance_id: string, zone = "us-east-1a") => ({
    ohai_time: Date.now() / 1000 - 7200,
    ec2: { instance_id, placement_availability_zone: zone, account_id: "123456789012" },
  });
  async function register(group: string, id: string): Promise<void> {
    await addClient(nodeName(group, id));
    await addNode(nodeName(group, id), ohai(id));
  }

  const run = (options: Partial<ReconcileOptions> = {}, ec2 = aws.ec2) =>
    reconcileGroup(
      { group: "web", graceSeconds: 0, cap: { share: 0.5, count: 50 }, dryRun: false, ...options },
      { chef, ec2, autoScaling: aws.groups, now: Date.now },
    );
  const names = (ids: readonly string[], group = "web") => ids.map((id) => nodeName(group, id)).sort();
  async function inChef(group = "web"): Promise<{ nodes: string[]; clients: string[] }> {
    const ours = (all: string[]) => all.filter((name) => instanceIdOf(group, name)).sort();
    return { nodes: ours(await chef.listNodes()), clients: ours(await chef.listClients()) };
  }
  const both = (ids: readonly string[], group = "web") => ({ nodes: names(ids, group), clients: names(ids, group) });

  it("removes the pairs of dead instances, and nothing of living ones or of other groups", async () => {
    const report = await run();
    assert.deepEqual(report.removed.map(({ name }) => name).sort(), names(gone));
    assert.deepEqual(report.examined, { nodes: 6, clients: 6, names: 6 });
    assert.deepEqual([report.living, report.recent, report.stopped], [4, 0, undefined]);
    assert.deepEqual([report.kept, report.foreign, report.failed], [[], [], []]);
    assert.deepEqual(await inChef(), both(living));
    for (const name of STRANGERS) assert.ok(await chef.getNode(name), name);
    assert.deepEqual((await run()).removed, []);
  });

  it("removes a client without a node, and a node without a client", async () => {
    const [first = "", second = ""] = names(gone);
    await chef.deleteNode(first);
    await chef.deleteClient(second);
    const { removed, examined } = await run();
    assert.deepEqual(examined, { nodes: 5, clients: 5, names: 6 });
    const done = removed.map(({ name, node, client }) => [name, node, client]).sort();
    assert.deepEqual(done, [
      [first, "absent", "deleted"],
      [second, "deleted", "absent"],
    ]);
    assert.deepEqual(await inChef(), both(living));
  });

  it("waits for the grace time to pass", async () => {
    const report = await run({ graceSeconds: 900 });
    assert.deepEqual([report.recent, report.planned, report.removed], [2, [], []]);
    assert.deepEqual(await inChef(), both([...living, ...gone]));
  });

  it("reports in a dry run what it would remove, and removes nothing", async () => {
    const report = await run({ dryRun: true });
    assert.deepEqual([[...report.planned].sort(), report.removed], [names(gone), []]);
    assert.deepEqual(await inChef(), both([...living, ...gone]));
  });

  it("keeps a dead instance's node if a living one uses it, and reports it", async () => {
    const [stolen = ""] = names(gone);
    await chef.deleteNode(stolen);
    await addNode(stolen, ohai(living[0] ?? ""));
    const report = await run();
    assert.deepEqual(
      report.foreign.map(({ name }) => name),
      [stolen],
    );
    assert.match(report.foreign[0]?.why ?? "", new RegExp(`another instance, '${living[0]}'`));
    assert.ok((await chef.getNode(stolen)) && (await chef.getClient(stolen)));
    assert.equal(report.removed.length, 1);
  });

  it("stops at its limit and removes nothing", async () => {
    const stopped = await run({ cap: { share: 1, count: 1 } });
    assert.match(stopped.stopped ?? "", /2 of 6 names are left over, more than the 1 /);
    assert.deepEqual([stopped.planned, stopped.removed], [[], []]);
    assert.deepEqual(await inChef(), both([...living, ...gone]));
  });

  it("stops if Auto Scaling does not know the group", async () => {
    await register("nowhere", NEVER[0] ?? "");
    assert.match((await run({ group: "nowhere" })).stopped ?? "", /knows no group 'nowhere'/);
    assert.deepEqual(await inChef("nowhere"), both(NEVER.slice(0, 1), "nowhere"));
  });

  it("removes instances that EC2 no longer knows only if the node reports that it ran here", async () => {
    const [here = "", silent = "", alone = ""] = NEVER;
    await register("web", here);
    await addNode(nodeName("web", silent));
    await addClient(nodeName("web", alone));
    const elsewhere = instanceId(4);
    await addNode(nodeName("web", elsewhere), ohai(elsewhere, "eu-west-3a"));
    const report = await run({ cap: { share: 0.9, count: 50 } });
    assert.deepEqual(report.removed.map(({ name }) => name).sort(), names([...gone, here]));
    assert.deepEqual(report.kept.map(({ name }) => name).sort(), names([silent, alone]));
    assert.deepEqual(
      report.foreign.map(({ name }) => name),
      names([elsewhere]),
    );
  });

  /** For instances of another region, EC2 responds as for those that it no longer knows. */
  it("removes instances that EC2 no longer knows if the group's history names them, even a client alone", async () => {
    const forgetful = new EC2Client({ ...emulator.client, region: "us-west-2" });
    const ids = await inService("empty", 3);
    for (const id of ids) await addClient(nodeName("empty", id));
    const wanting = await run({ group: "empty" }, forgetful);
    assert.match(
      wanting.stopped ?? "",
      /none of 3 names has a living instance, although the group's desired capacity is 3/,
    );
    const scale = { AutoScalingGroupName: "empty", DesiredCapacity: 0 };
    await aws.groups.send(new UpdateAutoScalingGroupCommand(scale));
    await inService("empty", 0);
    const early = await run({ group: "empty", graceSeconds: 900 }, forgetful);
    assert.deepEqual([early.recent, early.removed], [3, []]);
    const report = await run({ group: "empty" }, forgetful);
    assert.deepEqual(report.removed.map(({ name }) => name).sort(), names(ids, "empty"));
    assert.deepEqual(await inChef("empty"), both([], "empty"));
  });

  it("keeps what Auto Scaling still has, whatever EC2 responds", async () => {
    const forgetful = new EC2Client({ ...emulator.client, region: "us-west-2" });
    // An instance that EC2 knows in that region, so that not everything seems to be gone.
    const there = await launchOne(forgetful);
    await register("web", there);
    const report = await run({ cap: { share: 1, count: 50 } }, forgetful);
    assert.deepEqual(report.kept.map(({ name }) => name).sort(), names(living));
    for (const { why } of report.kept) assert.match(why, /Auto Scaling still has the instance, InService/);
    assert.deepEqual(await inChef(), both([...living, there]));
  });

  it("removes nothing if EC2's response is empty", async () => {
    const empty = new EC2Client(emulator.client);
    empty.middlewareStack.add(() => async () => ({ output: { Reservations: [], $metadata: {} }, response: {} }), {
      step: "initialize",
    });
    assert.match(
      (await run({}, empty)).stopped ?? "",
      /none of 6 names has a living instance, although the group's desired capacity is 4/,
    );
    await aws.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "empty", DesiredCapacity: 0 }));
    await register("empty", NEVER[0] ?? "");
    await assert.rejects(run({ group: "empty" }, empty), /which proves nothing/);
    assert.deepEqual(await inChef("empty"), both(NEVER.slice(0, 1), "empty"));
    assert.deepEqual(await inChef(), both([...living, ...gone]));
  });

  it("keeps a node that the Chef server does not return, and removes the others", async () => {
    const [hidden = "", here = ""] = NEVER;
    for (const id of [hidden, here]) await register("web", id);
    const path = `/nodes/${nodeName("web", hidden)}`;
    proxy.setFault((request) => (request.path === path ? { status: 403 } : "pass"));
    const report = await run({ cap: { share: 0.9, count: 50 } });
    assert.deepEqual(report.removed.map(({ name }) => name).sort(), names([...gone, here]));
    assert.deepEqual(
      report.kept.map(({ name }) => name),
      names([hidden]),
    );
    assert.match(report.kept[0]?.why ?? "", /could not be read: GET .* answered 403/);
  });

  it("tries every name even if the Chef server rejects one", async () => {
    const [first = "", second = ""] = names(gone);
    const refused = ({ method, path }: { method: string; path: string }) =>
      method === "DELETE" && path.endsWith(first) ? { status: 403 } : ("pass" as const);
    proxy.setFault(refused);
    const { removed, failed, stopped } = await run({ concurrency: 1 });
    assert.deepEqual([removed.map(({ name }) => name), failed.map(({ name }) => name)], [[second], [first]]);
    assert.equal(stopped, undefined);
  });

  it("reports what the Chef server did not confirm, and removes it the next time", async () => {
    proxy.setFault(({ method, path }) => (method === "DELETE" && path.startsWith("/nodes") ? { status: 500 } : "pass"));
    const report = await run();
    assert.deepEqual([report.removed, report.failed.map(({ name }) => name).sort()], [[], names(gone)]);
    assert.match(report.failed[0]?.why ?? "", /DELETE .* answered 500/);
    proxy.setFault(() => "pass");
    assert.equal((await run()).removed.length, 2);
    assert.deepEqual(await inChef(), both(living));
  });

  it("removes nothing if a list of the Chef server is cut off", async () => {
    for (const list of ["/nodes", "/clients"]) {
      proxy.setFault(({ path }) => (path === list ? "half-body" : "pass"));
      await assert.rejects(run(), /ChefError|unreachable|malformed/);
    }
    proxy.setFault(() => "pass");
    assert.deepEqual(await inChef(), both([...living, ...gone]));
  });

  it("stops when aborted, before anything is removed", async () => {
    await assert.rejects(run({ signal: AbortSignal.abort(new Error("time is over")) }), /time is over/);
    assert.deepEqual(await inChef(), both([...living, ...gone]));
  });
});
