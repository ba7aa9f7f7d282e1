import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChefErrorKind, isChefError } from "../../chef/chef-error";
import { type ChefClient, createChefClient } from "../../chef/client";
import { removeGroup } from "../../chef/group";
import { nodeName } from "../../chef/names";
import { removeNodeAndClient } from "../../chef/removal";
import { instanceId, keyPair, noneLives, register } from "../helpers/chef-objects";
import { type Fault, type SeenRequest, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { serialisedFunction } from "../helpers/serialise";

const ID = instanceId(1);
const NAME = nodeName("web", ID);

describe("the Chef client against a real Chef server", function () {
  this.timeout(60_000);
  const keys = keyPair();
  let server: Goiardi;
  let chef: ChefClient;

  before(async function () {
    const program = findGoiardi();
    if (program === undefined) {
      this.skip();
    }
    server = await startGoiardi(program);
    chef = clientOf({});
  });
  afterEach(async () => {
    for (const name of await chef.listNodes()) {
      await chef.deleteNode(name);
    }
    for (const name of (await chef.listClients()).filter((client) => !client.startsWith("chef-"))) {
      await chef.deleteClient(name);
    }
  });
  after(async () => {
    chef?.close();
    await server?.remove();
  });

  function clientOf(changes: Partial<Parameters<typeof createChefClient>[0]>): ChefClient {
    return createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey, ...changes });
  }

  async function failureOf(action: Promise<unknown>): Promise<{ kind: ChefErrorKind; message: string }> {
    const error = await action.then(
      () => assert.fail("it succeeded"),
      (thrown: unknown) => thrown,
    );
    assert.ok(isChefError(error), String(error));
    return { kind: error.chef.kind, message: error.message };
  }

  for (const signing of ["1.3", "1.1", "1.0", "auto"] as const) {
    it(`registers, reads and deletes a pair, signing ${signing}`, async () => {
      const signed = clientOf({ signing });
      await register(signed, NAME, keys.publicKey, ID);
      assert.equal((await signed.getNode(NAME))?.name, NAME);
      assert.equal((await signed.getClient(NAME))?.name, NAME);
      assert.deepEqual(await signed.listNodes(), [NAME]);
      assert.deepEqual(await removeNodeAndClient(signed, { name: NAME, instanceId: ID }), {
        node: "deleted",
        client: "deleted",
      });
      assert.deepEqual([await signed.getNode(NAME), await signed.getClient(NAME)], [undefined, undefined]);
      signed.close();
    });
  }

  it("reports a repeated delete as absent", async () => {
    await register(chef, NAME, keys.publicKey);
    await removeNodeAndClient(chef, { name: NAME, instanceId: ID });
    assert.deepEqual(await removeNodeAndClient(chef, { name: NAME, instanceId: ID }), {
      node: "absent",
      client: "absent",
    });
  });

  it("deletes a client without a node, and a node without a client", async () => {
    await register(chef, NAME, keys.publicKey);
    await chef.deleteNode(NAME);
    const first = await removeNodeAndClient(chef, { name: NAME, instanceId: ID });
    await register(chef, NAME, keys.publicKey);
    await chef.deleteClient(NAME);
    const second = await removeNodeAndClient(chef, { name: NAME, instanceId: ID });
    assert.deepEqual(
      [first, second],
      [
        { node: "absent", client: "deleted" },
        { node: "deleted", client: "absent" },
      ],
    );
  });

  it("believes the server that there is neither node nor client, even for the longest name", async () => {
    const name = nodeName("g".repeat(200), ID);
    const removal = await removeNodeAndClient(chef, { name, instanceId: ID });
    assert.deepEqual(removal, { node: "absent", client: "absent" });
  });

  it("keeps a node that another instance uses, and its client", async () => {
    await register(chef, NAME, keys.publicKey, instanceId(2));
    const removal = await removeNodeAndClient(chef, { name: NAME, instanceId: ID });
    assert.equal(removal.foreign?.cause, "other-instance");
    assert.match(removal.foreign.reason, new RegExp(instanceId(2)));
    assert.deepEqual(await chef.listNodes(), [NAME]);
    assert.ok(await chef.getClient(NAME));
  });

  it("reports that a key is rejected, and that an unprivileged client may not delete", async () => {
    await register(chef, NAME, keys.publicKey);
    const wrongKey = clientOf({ key: keyPair().privateKey });
    assert.equal((await failureOf(wrongKey.deleteNode(NAME))).kind, "unauthorized");
    const other = nodeName("web", instanceId(2));
    await chef.createClient({ name: other, publicKey: keys.publicKey });
    const unprivileged = clientOf({ clientName: other, key: keys.privateKey });
    assert.equal((await failureOf(unprivileged.deleteNode(NAME))).kind, "forbidden");
    assert.deepEqual(await chef.listNodes(), [NAME]);
  });

  for (const seconds of [1200, -1200]) {
    it(`distinguishes a clock that is ${seconds} seconds off from a wrong key`, async () => {
      const off = clientOf({ now: () => new Date(Date.now() + seconds * 1000) });
      const { kind, message } = await failureOf(off.listNodes());
      assert.equal(kind, "clock-skew");
      assert.match(message, /this machine's clock is (1199|1200|1201) seconds (ahead of|behind) the server's/);
    });
  }

  it("does not take the empty 200 of an unknown path for success", async () => {
    const elsewhere = clientOf({ serverUrl: `${server.url}/organizations/acme` });
    await register(chef, NAME, keys.publicKey);
    assert.equal((await failureOf(elsewhere.deleteNode(NAME))).kind, "malformed");
    assert.equal((await failureOf(elsewhere.deleteClient(NAME))).kind, "malformed");
    assert.equal((await failureOf(elsewhere.listNodes())).kind, "malformed");
    assert.deepEqual(await chef.listNodes(), [NAME]);
  });

  it("reports that nothing listens", async () => {
    const nowhere = clientOf({ serverUrl: "http://127.0.0.1:9" });
    assert.equal((await failureOf(nowhere.listNodes())).kind, "unreachable");
  });

  it("reports a conflict with a client that already exists", async () => {
    await chef.createClient({ name: NAME, publicKey: keys.publicKey });
    assert.equal((await failureOf(chef.createClient({ name: NAME, publicKey: keys.publicKey }))).kind, "conflict");
  });

  it("removes a whole group and nothing else", async () => {
    const others = ["web", nodeName("web-blue", ID), nodeName("staging-web", ID), `${NAME}-old`];
    for (const name of [...others, ...[1, 2, 3, 4, 5].map((n) => nodeName("web", instanceId(n)))]) {
      await register(chef, name, keys.publicKey);
    }
    await chef.deleteNode(nodeName("web", instanceId(3)));
    await chef.deleteClient(nodeName("web", instanceId(4)));
    const { removed } = await removeGroup(chef, "web", { concurrency: 3, livingAmong: noneLives });
    assert.equal(removed.length, 5);
    assert.deepEqual((await chef.listNodes()).sort(), others.sort());
    assert.deepEqual((await chef.listClients()).filter((name) => !name.startsWith("chef-")).sort(), others.sort());
  });

  const faults: [string, Fault, ChefErrorKind][] = [
    ["500", { status: 500 }, "server"],
    ["503", { status: 503 }, "server"],
    ["429", { status: 429 }, "throttled"],
    ["401", { status: 401 }, "unauthorized"],
    ["403", { status: 403 }, "forbidden"],
    ["404 that names nothing", { status: 404 }, "malformed"],
    ["302", { status: 302 }, "refused"],
    ["garbage", "garbage", "malformed"],
    ["an empty 200", "empty-200", "malformed"],
    ["half a body", "half-body", "unreachable"],
    ["nothing", "silence", "timeout"],
    ["a hang-up", "hang-up", "unreachable"],
  ];
  for (const [title, fault, kind] of faults) {
    it(`treats ${title} as a failure at every step of a removal, and loses nothing`, async () => {
      const proxy = await startFaultProxy(server.url);
      const faulty = clientOf({ serverUrl: proxy.url, timeoutMs: 150 });
      for (const step of ["GET /nodes", "DELETE /clients", "DELETE /nodes"]) {
        await register(chef, NAME, keys.publicKey, ID);
        proxy.setFault(({ method, path }) => (`${method} ${path}`.startsWith(step) ? fault : "pass"));
        const failure = await failureOf(removeNodeAndClient(faulty, { name: NAME, instanceId: ID }));
        assert.equal(failure.kind, kind, `${step}: ${failure.message}`);
        proxy.setFault(() => "pass");
        await removeNodeAndClient(faulty, { name: NAME, instanceId: ID });
        assert.deepEqual([await chef.getNode(NAME), await chef.getClient(NAME)], [undefined, undefined]);
      }
      faulty.close();
      await proxy.close();
    });
  }

  it("aborts a response that does not end", async () => {
    const proxy = await startFaultProxy(server.url);
    proxy.setFault(() => "endless");
    const faulty = clientOf({ serverUrl: proxy.url, timeoutMs: 50_000 });
    const failure = await failureOf(faulty.getNode(NAME));
    assert.equal(failure.kind, "malformed", failure.message);
    assert.match(failure.message, /longer than 8388608 bytes/);
    faulty.close();
    await proxy.close();
  });

  it("falls back to signing 1.1 once for a server that rejects 1.3, but not if a version is configured", async () => {
    const proxy = await startFaultProxy(server.url);
    proxy.setFault(({ headers }) => (/version=1\.3/.test(String(headers["x-ops-sign"])) ? { status: 401 } : "pass"));
    const auto = clientOf({ serverUrl: proxy.url });
    assert.deepEqual(await Promise.all([auto.listNodes(), auto.listNodes()]), [[], []]);
    const before = proxy.seen.length;
    await auto.listNodes();
    assert.deepEqual([before, proxy.seen.length], [4, 5]);
    const fixed = clientOf({ serverUrl: proxy.url, signing: "1.3" });
    assert.equal((await failureOf(fixed.listNodes())).kind, "unauthorized");
    assert.equal(proxy.seen.length, 6);
    auto.close();
    fixed.close();
    await proxy.close();
  });

  it("does not take a proxy's rejection for the server's answer on the signing version", async () => {
    const proxy = await startFaultProxy(server.url);
    const isNew = ({ headers }: SeenRequest) => /version=1\.3/.test(String(headers["x-ops-sign"]));
    const auto = clientOf({ serverUrl: proxy.url });
    for (const away of [() => ({ status: 502 }), (seen: SeenRequest) => ({ status: isNew(seen) ? 401 : 503 })]) {
      proxy.setFault(away);
      await failureOf(auto.listNodes());
    }
    proxy.setFault((seen) => (isNew(seen) ? { status: 401 } : "pass"));
    assert.deepEqual(await auto.listNodes(), []);
    auto.close();
    await proxy.close();
  });

  it("reads only the beginning of an error response, however long it is", async () => {
    const proxy = await startFaultProxy(server.url);
    proxy.setFault(() => ({ status: 500, body: `no room ${"x".repeat(20_000_000)}` }));
    const faulty = clientOf({ serverUrl: proxy.url });
    const failure = await failureOf(faulty.getNode(NAME));
    assert.equal(failure.kind, "server");
    assert.match(failure.message, /'no room xxx/);
    faulty.close();
    await proxy.close();
  });

  it("repeats a delete if the server has closed the kept connection", async () => {
    const proxy = await startFaultProxy(server.url);
    const kept = clientOf({ serverUrl: proxy.url, maxSockets: 1 });
    await register(chef, NAME, keys.publicKey);
    await kept.listNodes();
    proxy.setFault(({ count }) => (count === 1 ? "hang-up" : "pass"));
    assert.equal(await kept.deleteNode(NAME), "deleted");
    kept.close();
    await proxy.close();
  });

  it("runs outside of the project in the form that a Pulumi dynamic provider captures", async () => {
    await register(chef, NAME, keys.publicKey, ID);
    const second = nodeName("web", instanceId(2));
    await register(chef, second, keys.publicKey);
    const folder = mkdtempSync(join(tmpdir(), "captured-"));
    const keyFile = join(folder, "admin.pem");
    writeFileSync(keyFile, server.adminKey, { mode: 0o600 });
    writeFileSync(
      join(folder, "captured.js"),
      serialisedFunction(join(__dirname, "fixtures/captured-cleanup.ts"), "cleanup"),
    );
    const inputs = { serverUrl: server.url, keyFile, group: "web", name: NAME, instanceId: ID };
    const program = "require('./captured.js').handler(JSON.parse(process.argv[1])).then((text) => console.log(text))";
    const printed = execFileSync(process.execPath, ["-e", program, JSON.stringify(inputs)], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, NODE_PATH: join(__dirname, "../../node_modules") },
    });
    rmSync(folder, { recursive: true });
    const { one, all, failure } = JSON.parse(printed);
    assert.deepEqual(one, { node: "deleted", client: "deleted" });
    assert.deepEqual(all, { removed: [second], foreign: [], living: [] });
    assert.match(failure, /'..' cannot be the name of a Chef node/);
    assert.deepEqual(await chef.listNodes(), []);
  });
});
