import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteAutoScalingGroupCommand, DetachInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { type ChefClient, createChefClient, nodeName } from "../../chef";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { Result, StackRunner } from "../../lab/engine/stack-runner";
import { labEnvironment } from "../../lab/services/environment";
import { instanceId, keyPair, register } from "../helpers/chef-objects";
import { type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { writeCleanupProgram } from "./cleanup-program";
import { type Clients, clientsOf, makeGroup, makeTemplate, members } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, startEmulator } from "./emulator-process";

const NUMBERS = [1, 2, 3];

describe("the cleanup of a group's nodes", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "node-cleanup-"));
  const keyFile = join(folder, "operator.pem");
  const { publicKey } = keyPair();
  let emulator: Emulator;
  let server: Goiardi;
  let proxy: FaultProxy;
  let chef: ChefClient;
  let aws: Clients;
  let runner: StackRunner;

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) {
      return this.skip();
    }
    [emulator, server] = await Promise.all([startEmulator("records"), startGoiardi(goiardi)]);
    proxy = await startFaultProxy(server.url);
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
    aws = clientsOf(emulator);
    writeFileSync(keyFile, server.adminKey);
    writeCleanupProgram(folder, proxy.url);
    const environment = labEnvironment(emulator.client.endpoint, emulator.sshPort);
    runner = inProcessRunner({ project: folder, stack: "dev", stateDir: join(folder, "state"), environment });
    for (const group of ["web", "web-new", "other"]) await registerGroup(group);
  });
  after(async () => {
    chef?.close();
    await proxy?.close();
    await Promise.all([server?.remove(), emulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function registerGroup(group: string): Promise<void> {
    for (const n of NUMBERS) await register(chef, nodeName(group, instanceId(n)), publicKey, instanceId(n));
  }

  /** Returns the number of nodes and of clients that a group has. */
  async function left(group: string): Promise<[number, number]> {
    const ours = NUMBERS.map((n) => nodeName(group, instanceId(n)));
    const [nodes, clients] = [await chef.listNodes(), await chef.listClients()];
    return [ours.filter((name) => nodes.includes(name)).length, ours.filter((name) => clients.includes(name)).length];
  }

  const up = (values: Record<string, string> = {}) => runner.up({ config: settings(values), skipPreview: true });
  const settings = (values: Record<string, string>) =>
    Object.fromEntries(
      Object.entries({ group: "web", key: keyFile, ...values }).map(([key, value]) => [`cleanup:${key}`, value]),
    );
  const opsOf = (result: Result) => {
    assert.ok(result.ok, result.output);
    return result.operations.filter(({ name }) => name === "web-cleanup").map(({ op }) => op);
  };

  it("is created without a request to the Chef server, and does not change on a refresh or another update", async () => {
    assert.deepEqual(opsOf(await up()), ["create"]);
    const refreshed = await runner.refresh({ config: settings({}) });
    assert.ok(refreshed.ok, refreshed.output);
    assert.deepEqual(opsOf(await up()), ["same"]);
    assert.deepEqual(proxy.seen, []);
  });

  it("stores no key in the state", () => {
    const [, secret = ""] = server.adminKey.split("\n");
    const files = readdirSync(join(folder, "state"), { recursive: true, encoding: "utf8" }).map((file) =>
      join(folder, "state", file),
    );
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "utf8"));
    assert.ok(
      texts.some((text) => text.includes("operator.pem")),
      "the reference is there",
    );
    assert.ok(!texts.some((text) => text.includes(secret)), "the key is not");
  });

  it("updates changed references in place, and reads the new key when it deletes", async () => {
    const moved = join(folder, "rotated.pem");
    writeFileSync(moved, server.adminKey);
    assert.deepEqual(opsOf(await up({ key: moved })), ["update"]);
    writeFileSync(keyFile, keyPair().privateKey);
    assert.deepEqual(await left("web"), [3, 3]);
    assert.deepEqual(proxy.seen, []);
  });

  it("removes only the old group's pairs when the group is renamed", async () => {
    const moved = join(folder, "rotated.pem");
    const ops = opsOf(await up({ key: moved, group: "web-new" }));
    assert.ok(
      ops.some((op) => /replace/.test(op)),
      ops.join(),
    );
    assert.deepEqual(
      [await left("web"), await left("web-new"), await left("other")],
      [
        [0, 0],
        [3, 3],
        [3, 3],
      ],
    );
  });

  it("removes nothing if configured to retain, even without a Chef server", async () => {
    proxy.setFault(() => "hang-up");
    const retained = { key: join(folder, "rotated.pem"), group: "web-new", onDestroy: "retain" };
    assert.deepEqual(opsOf(await up(retained)), ["update"]);
    const destroyed = await runner.destroy({ config: settings(retained) });
    assert.ok(destroyed.ok, destroyed.output);
    assert.deepEqual(await left("web-new"), [3, 3]);
    proxy.setFault(() => "pass");
  });

  it("removes nothing with the credentials of another account, which cannot see the group's instances", async () => {
    const given = { key: join(folder, "rotated.pem"), group: "other" };
    opsOf(await up({ ...given, account: "999999999999" }));
    const refused = await runner.destroy({ config: settings(given) });
    assert.equal(refused.ok, false);
    assert.match(
      refused.output,
      /belong to the account 123456789012, but group "other" is in 999999999999.*AWS_PROFILE/s,
    );
    assert.deepEqual(await left("other"), [3, 3]);
    assert.deepEqual(opsOf(await up({ ...given, account: "123456789012" })), ["update"]);
  });

  it("waits for the group's instances, reports a way out while the Chef server is down, and finishes when it is back", async () => {
    const given = { key: join(folder, "rotated.pem"), group: "other", account: "123456789012" };
    await instanceOf("other");
    proxy.setFault(() => "hang-up");
    const seenBefore = proxy.seen.length;
    const destroying = runner.destroy({ config: settings(given) });
    await new Promise((resolve) => setTimeout(resolve, 8000));
    assert.equal(proxy.seen.length, seenBefore, "nothing is asked of the Chef server while an instance lives");
    await aws.groups.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "other", ForceDelete: true }));
    const failed = await destroying;
    assert.equal(failed.ok, false);
    assert.match(failed.output, /nodes of group "other" could not be removed.*pulumi state delete/s);
    assert.deepEqual(await left("other"), [3, 3]);
    proxy.setFault(() => "pass");
    await chef.deleteNode(nodeName("other", instanceId(3)));
    const elsewhere = { instance_id: instanceId(3), placement_availability_zone: "eu-west-3a" };
    await chef.createNode({
      name: nodeName("other", instanceId(3)),
      json_class: "Chef::Node",
      chef_type: "node",
      automatic: { ec2: elsewhere },
    });
    const done = await runner.destroy({ config: settings(given) });
    assert.ok(done.ok, done.output);
    assert.deepEqual(await left("other"), [1, 1], "only the pair of another region's group is left");
    assert.match(done.output, /are kept on the Chef server, because others use them: .* another region, 'eu-west-3'/);
  });

  it("keeps node and client of a detached instance that is alive, and reports this and how to remove them", async () => {
    const given = { key: join(folder, "rotated.pem"), group: "left", account: "123456789012" };
    const id = await instanceOf("left");
    await register(chef, nodeName("left", id), publicKey, id);
    await registerGroup("left");
    opsOf(await up({ ...given, wait: "0" }));
    const waited = await runner.destroy({ config: settings(given) });
    assert.ok(
      !waited.ok && waited.output.includes(`Instances ${id} of group "left" are still alive after 0 s`),
      waited.output,
    );
    assert.match(waited.output, /then destroy again, which waits equally long again/);
    const detached = { AutoScalingGroupName: "left", InstanceIds: [id], ShouldDecrementDesiredCapacity: true };
    await aws.groups.send(new DetachInstancesCommand(detached));
    const done = await runner.destroy({ config: settings(given) });
    assert.ok(done.ok, done.output);
    assert.deepEqual(await left("left"), [0, 0]);
    assert.ok((await chef.getNode(nodeName("left", id))) && (await chef.getClient(nodeName("left", id))));
    const told = done.output.split("\n").filter((line) => line.includes("warning:"));
    assert.equal(told.length, 1, done.output);
    assert.ok(told[0]?.includes(`left-${id} (running)`) && told[0].includes(`chef-autoscaling reap ${id} `), told[0]);
  });

  async function instanceOf(group: string): Promise<string> {
    await makeGroup(aws, group, await makeTemplate(aws, group), { MinSize: 0, DesiredCapacity: 1 });
    return eventually(30, "an instance", async () => (await members(aws, group))[0]?.InstanceId);
  }
});
