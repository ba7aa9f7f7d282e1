import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type ChefClient, createChefClient } from "../../chef/client";
import { instanceIdOf, nodeName } from "../../chef/names";
import { removeNodeAndClient } from "../../chef/removal";
import { forEachBounded } from "../../common/concurrency";
import { createChefAccess } from "../../reaper/chef-access";
import type { QueueMessage, ReapServices } from "../../reaper/decide/reap";
import { settleMessage } from "../../reaper/queue/settle";
import { createLog } from "../../reaper/telemetry/log";
import { instanceId, keyPair, register } from "../helpers/chef-objects";
import { type Fault, type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { envelope, notification } from "../helpers/messages";
import { recordedMetrics } from "../helpers/metrics";

const COUNT = 40;
const GRACE_SECONDS = 600;

/** Instances 0 to COUNT-1 are gone, those from 1000 are running. */
const isGone = (id: string) => Number.parseInt(id.slice(2), 16) < 1000;

/**
 * Messages in the order and number of their delivery, and a clock that advances when there is only waiting left.
 * Only time and delivery are simulated: the real reaper decides and deletes, on a real Chef server.
 */
interface Drain {
  readonly deadLetters: string[];
  /** Delivers until nothing is left. @param between runs before each round of deliveries */
  run(between?: (round: number) => Promise<void>): Promise<void>;
}

describe("a drain with a real Chef server", function () {
  this.timeout(120_000);
  const keys = keyPair();
  let server: Goiardi;
  let proxy: FaultProxy;
  let chef: ChefClient;

  before(async function () {
    const program = findGoiardi();
    if (program === undefined) {
      this.skip();
    }
    server = await startGoiardi(program);
    proxy = await startFaultProxy(server.url);
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
  });
  after(async () => {
    chef?.close();
    await proxy?.close();
    await server?.remove();
  });

  beforeEach(async () => {
    proxy.setFault(() => "pass");
    const numbers = [...Array(COUNT).keys(), 1001, 1002, 1003];
    await forEachBounded(numbers, 8, (n) =>
      register(chef, nodeName("web", instanceId(n)), keys.publicKey, n % 2 ? instanceId(n) : undefined),
    );
  });
  afterEach(async () => {
    const left = async (names: string[]) => names.filter((name) => instanceIdOf("web", name)).sort();
    const live = [1001, 1002, 1003].map((n) => nodeName("web", instanceId(n)));
    assert.deepEqual(await left(await chef.listNodes()), live, "nodes: none left of the dead, none lost of the living");
    assert.deepEqual(
      await left(await chef.listClients()),
      live,
      "clients: none left of the dead, none lost of the living",
    );
    for (const name of live) {
      await chef.deleteNode(name);
      await chef.deleteClient(name);
    }
  });

  function createDrain(messages: readonly QueueMessage[]): Drain {
    let clock = Date.now();
    const settings = {
      serverUrl: proxy.url,
      clientName: "admin",
      key: { environment: "UNUSED" },
      timeoutMs: 300,
    };
    const access = createChefAccess(settings, async () => server.adminKey);
    const services: ReapServices = {
      groups: ["web"],
      absenceGraceSeconds: GRACE_SECONDS,
      dryRun: false,
      now: () => clock,
      instanceState: async ({ instanceId: id }) => ({ gone: isGone(id), name: isGone(id) ? "terminated" : "running" }),
      remove: (target) => access.use((client) => removeNodeAndClient(client, target)),
      completeAction: () => assert.fail("no hook here"),
      extendAction: () => assert.fail("no hook here"),
    };
    const deadLetters: string[] = [];
    const queue = {
      sendToDeadLetters: async (_: QueueMessage, { reason }: { reason: string }) => void deadLetters.push(reason),
      delay: async () => undefined,
    };
    const telemetry = { log: createLog(() => undefined), metrics: recordedMetrics() };
    return {
      deadLetters,
      run: async (between = async () => undefined) => {
        let waiting = [...messages];
        const deadline = Date.now() + 60_000;
        for (let round = 1; waiting.length > 0; round++) {
          assert.ok(Date.now() < deadline, `${waiting.length} messages still there after ${round} rounds`);
          await between(round);
          const left: QueueMessage[] = [];
          await forEachBounded(waiting, 10, async (message) => {
            if ((await settleMessage(message, services, queue, telemetry)) === "left") {
              left.push({ ...message, receiveCount: (message.receiveCount ?? 1) + 1 });
            }
          });
          waiting = left;
          clock += 60_000;
          // A throttled client uses the real time of this machine.
          if (waiting.length > 0) await pause(20);
        }
      },
    };
  }

  const messageOf = (n: number): QueueMessage => {
    const now = new Date().toISOString();
    const body = notification("web", instanceId(n), { EndTime: now, Time: now });
    return { id: `m${n}`, body: JSON.stringify(n % 3 ? body : envelope(body)) };
  };
  const all = (): QueueMessage[] => [...Array(COUNT).keys()].map(messageOf);

  it("removes every pair of the dead instances", async () => {
    const drain = createDrain(all());
    await drain.run();
    assert.deepEqual(drain.deadLetters, []);
  });

  it("works with every message three times, out of order", async () => {
    const drain = createDrain([...all(), ...all(), ...all()].sort((a, b) => (a.id < b.id ? 1 : -1)));
    await drain.run();
    assert.deepEqual(drain.deadLetters, []);
  });

  it("deletes nothing for running instances and other groups, whose messages become dead letters", async () => {
    const strange = JSON.stringify(notification("other", instanceId(1)));
    const drain = createDrain([...all(), ...[1001, 1002, 1003].map(messageOf), { id: "s", body: strange }]);
    await drain.run();
    assert.equal(drain.deadLetters.filter((reason) => /is running/.test(reason)).length, 3);
    assert.equal(drain.deadLetters.filter((reason) => /not one of this reaper's/.test(reason)).length, 1);
  });

  it("works with the server down at first, and restarted during the drain", async () => {
    const drain = createDrain(all());
    await server.stop();
    let restarted: Promise<void> | undefined;
    await drain.run(async (round) => {
      if (round === 3) {
        await server.start();
        restarted = pause(60).then(restart);
      }
    });
    await restarted;
    assert.ok(restarted);
    assert.deepEqual(drain.deadLetters, []);
  });

  /** goiardi loses what it confirms between its last save and its end, which is the reconcile's job. So it gets no requests then. */
  async function restart(): Promise<void> {
    proxy.setFault(() => "hang-up");
    await pause(100);
    await server.stop();
    await server.start();
    proxy.setFault(() => "pass");
  }

  const faults: Fault[] = [
    { status: 500 },
    { status: 429 },
    { status: 401 },
    { status: 403 },
    "garbage",
    "empty-200",
    "half-body",
    "silence",
    "hang-up",
  ];
  for (const fault of faults) {
    const title = typeof fault === "object" ? fault.status : fault;
    it(`works with every third answer ${title}, then none`, async () => {
      const drain = createDrain(all());
      await drain.run(async (round) => {
        proxy.setFault(({ count }) => (round <= 3 && count % 3 === 0 ? fault : "pass"));
      });
      assert.deepEqual(drain.deadLetters, []);
    });
  }

  it("works with nodes that register after their instance died", async () => {
    const late = 500;
    const drain = createDrain([...all(), messageOf(late)]);
    await drain.run(async (round) => {
      if (round === 4) {
        await register(chef, nodeName("web", instanceId(late)), keys.publicKey);
      }
    });
    assert.deepEqual(drain.deadLetters, []);
  });

  it("works with an image whose stale client.pem makes a running instance use a dead one's node", async () => {
    const stolen = nodeName("web", instanceId(700));
    await register(chef, stolen, keys.publicKey, instanceId(1001));
    const drain = createDrain([...all(), messageOf(700)]);
    await drain.run();
    assert.match(drain.deadLetters.join(), /carries the id of another instance/);
    assert.ok(await chef.getClient(stolen));
    await chef.deleteNode(stolen);
    await chef.deleteClient(stolen);
  });

  it("reads the key again when the server rejects it, at most every 30 seconds", async () => {
    const wrong = keyPair().privateKey;
    const handedOut = [wrong, wrong, server.adminKey];
    let reads = 0;
    let now = 1_000_000;
    const settings = { serverUrl: server.url, clientName: "admin", key: { environment: "UNUSED" }, timeoutMs: 1000 };
    const access = createChefAccess(
      settings,
      async () => handedOut[reads++] ?? "",
      () => now,
    );
    const list = () => access.use((client) => client.listNodes());
    await assert.rejects(list(), /unauthorized/);
    await assert.rejects(list(), /unauthorized/);
    assert.equal(reads, 1);
    now += 31_000;
    await assert.rejects(list(), /unauthorized/);
    assert.equal(reads, 2);
    now += 31_000;
    assert.equal((await list()).length, COUNT + 3);
    assert.equal(reads, 3);
    await forEachBounded([...Array(COUNT).keys()], 8, async (n) => {
      const id = instanceId(n);
      await removeNodeAndClient(chef, { name: nodeName("web", id), instanceId: id });
    });
  });
});
