import assert from "node:assert/strict";
import { chefError } from "../../chef/chef-error";
import { createGate, type Gate } from "../../chef/gate";
import { nodeName } from "../../chef/names";
import { removeNodeAndClient } from "../../chef/removal";
import { backoffSeconds } from "../../reaper/decide/decision";
import { instanceId } from "../helpers/chef-objects";
import { frailServer } from "../helpers/frail-server";
import { type VirtualClock, virtualClock } from "../helpers/virtual-clock";

const OPEN = { window: 16, perSecond: Number.POSITIVE_INFINITY, patienceMs: Number.POSITIVE_INFINITY };
const tooLong = (waitMs: number) =>
  chefError({ kind: "throttled", method: "GET", path: "/", retryAfterSeconds: waitMs / 1000 });

describe("the gate in front of a Chef server", () => {
  it("keeps to the configured rate and concurrency", async () => {
    const clock = virtualClock();
    const gate = createGate({ ...OPEN, window: 3, perSecond: 50 }, clock);
    let running = 0;
    let most = 0;
    const send = async () => {
      most = Math.max(most, ++running);
      await clock.sleep(200);
      running--;
      return { status: 200, text: "" };
    };
    await clock.until(Promise.all(Array.from({ length: 30 }, () => gate.pass(send, tooLong))));
    assert.deepEqual([most, clock.now() >= 2000], [3, true], "three at a time need ten rounds of 200 ms");
    const quick = createGate({ ...OPEN, perSecond: 50 }, clock);
    const started = clock.now();
    const requests = Array.from({ length: 101 }, () => quick.pass(async () => ({ status: 200, text: "" }), tooLong));
    await clock.until(Promise.all(requests));
    const seconds = (clock.now() - started) / 1000;
    assert.ok(seconds > 1.9 && seconds < 2.1, `101 requests at 50 a second took ${seconds} seconds`);
  });

  it("sends nothing while the server asks for a pause, and rejects at once what would wait too long", async () => {
    const clock = virtualClock();
    const gate = createGate({ ...OPEN, patienceMs: 8000 }, clock);
    const sent: number[] = [];
    const pass = (status: number, retryAfter?: string) =>
      clock.until(
        gate.pass(async () => {
          sent.push(clock.now());
          return { status, retryAfter, text: "" };
        }, tooLong),
      );
    await pass(429, "5");
    await pass(200);
    await pass(503, "60");
    await assert.rejects(pass(200), (error: { chef: { retryAfterSeconds: number } }) => {
      assert.deepEqual(error.chef.retryAfterSeconds, 60);
      return true;
    });
    assert.deepEqual(sent.slice(0, 2), [0, 5000]);
    assert.equal(sent.length, 3);
    assert.ok(clock.now() < 6000, "the refusal came without waiting");
  });

  it("continues after a failed request", async () => {
    const clock = virtualClock();
    const gate = createGate({ ...OPEN, window: 1 }, clock);
    const failing = () => assert.fail("no answer");
    const results = [1, 2, 3].map(() => gate.pass(async () => failing(), tooLong).catch(() => "failed"));
    assert.deepEqual(await clock.until(Promise.all(results)), ["failed", "failed", "failed"]);
  });

  it("gets 5,000 terminations through a server that handles far less, with none lost and few retries", async function () {
    this.timeout(60_000);
    const clock = virtualClock();
    const server = frailServer({ perSecond: 200, atATime: 20 }, clock);
    const names = Array.from({ length: 5000 }, (_, index) => nodeName("web", instanceId(index)));
    for (const name of names) server.nodes.add(name) && server.clients.add(name);
    const gates = Array.from({ length: 5 }, () => createGate({ ...OPEN, patienceMs: 8000 }, clock));
    const tries = await clock.until(drain(names, gates, server, clock));
    const { requests, refused, unanswered, falls } = server.count;
    assert.deepEqual([server.nodes.size, server.clients.size], [0, 0]);
    assert.ok(falls >= 1 && falls <= 5, `it fell over ${falls} times: once shows that it is frail`);
    assert.ok(refused > 0 && refused + unanswered < 0.1 * requests, `${refused} refused, ${unanswered} unanswered`);
    assert.ok(tries <= 8, `a message was received ${tries} times of the 100 that a queue allows`);
    const seconds = clock.now() / 1000;
    assert.ok(seconds < 2 * (15_000 / 200), `${seconds} seconds, of which a perfect client needs 75`);
  });
});

/** Five invocations with ten messages each receive from one queue; failed messages return after the reaper's own delay. */
async function drain(
  names: readonly string[],
  gates: readonly Gate[],
  server: ReturnType<typeof frailServer>,
  clock: VirtualClock,
): Promise<number> {
  const queue = names.map((name) => ({ name, receipts: 0 }));
  let left = names.length;
  let most = 0;
  const settle = async (gate: Gate): Promise<void> => {
    const message = queue.shift();
    if (message === undefined) return clock.sleep(100);
    most = Math.max(most, ++message.receipts);
    const target = { name: message.name, instanceId: message.name.slice("web-".length) };
    await removeNodeAndClient(server.clientBehind(gate), target).then(
      () => void left--,
      () => void clock.after(backoffSeconds(message.receipts) * 1000, () => queue.push(message)),
    );
  };
  const lane = async (gate: Gate): Promise<void> => {
    while (left > 0) await settle(gate);
  };
  await Promise.all(gates.flatMap((gate) => Array.from({ length: 10 }, () => lane(gate))));
  return most;
}
