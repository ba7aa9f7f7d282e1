import assert from "node:assert/strict";
import { chefError } from "../../chef/chef-error";
import { type Removal, removeNodeAndClient } from "../../chef/removal";
import { type ReapServices, reapMessage } from "../../reaper/decide/reap";
import type { DeadLetterReason } from "../../reaper/message/dead-letter-cause";
import { settleMessage, settleMessages } from "../../reaper/queue/settle";
import { whileExtending } from "../../reaper/removal/heartbeat";
import { createLog } from "../../reaper/telemetry/log";
import { event, hookMessage, notification } from "../helpers/messages";
import { recordedMetrics } from "../helpers/metrics";

const ID = "i-0123456789abcdef0";
const NOW = Date.parse("2026-11-22T12:01:00Z");
const DELETED: Removal = { node: "deleted", client: "deleted" };

/** Services that record their calls; a call that a test does not expect throws. */
function world(changes: Partial<ReapServices> = {}) {
  const calls: string[] = [];
  const unexpected = (name: string) => (): never => assert.fail(`unexpected call of ${name}`);
  const services: ReapServices = {
    groups: ["web"],
    absenceGraceSeconds: 600,
    dryRun: false,
    now: () => NOW,
    instanceState: async () => ({ gone: true, name: "terminated" }),
    remove: async ({ name, instanceId }) => {
      calls.push(`remove ${name} of ${instanceId}`);
      return DELETED;
    },
    completeAction: async (action) => void calls.push(`complete ${action.hookName}`),
    extendAction: async (action) => void calls.push(`extend ${action.hookName}`),
    ...changes,
  };
  return { services, calls, unexpected };
}

const message = (document: unknown, receiveCount = 1) => ({ id: "m", body: JSON.stringify(document), receiveCount });

describe("reap", () => {
  it("removes node and client of an instance that is gone, and acknowledges", async () => {
    const { services, calls } = world();
    const reaped = await reapMessage(message(notification("web", ID)), services);
    assert.deepEqual(calls, [`remove web-${ID} of ${ID}`]);
    assert.equal(reaped.outcome, "acknowledged");
    assert.equal(reaped.node, `web-${ID}`);
  });

  it("deletes nothing for a running instance, whatever the message says", async () => {
    const { unexpected } = world();
    const { services } = world({
      instanceState: async () => ({ gone: false, name: "running" }),
      remove: unexpected("remove"),
      completeAction: unexpected("completeAction"),
    });
    for (const document of [notification("web", ID), hookMessage("web", ID)]) {
      const reaped = await reapMessage(message(document), services);
      assert.equal(reaped.outcome, "dead-letter");
      assert.match(reaped.reason, /is running/);
    }
  });

  it("waits until an instance whose launch failed is gone, but not longer than the grace time", async () => {
    const failed = notification("web", ID, { Event: "autoscaling:EC2_INSTANCE_LAUNCH_ERROR" });
    const { services, calls, unexpected } = world();
    const reaped = await reapMessage(message(failed), services);
    assert.deepEqual([reaped.outcome, calls], ["acknowledged", [`remove web-${ID} of ${ID}`]]);
    const instanceState = async () => ({ gone: false, name: "running" });
    const alive = { instanceState, remove: unexpected("remove") };
    const early = await reapMessage(message(failed), world(alive).services);
    assert.ok(early.outcome === "retry" && !early.failed && early.afterSeconds === 150, JSON.stringify(early));
    const late = await reapMessage(message(failed), world({ ...alive, now: () => NOW + 600_000 }).services);
    assert.equal(late.outcome, "dead-letter");
  });

  it("waits while something converges under the name of an instance that EC2 does not know, then calls it alive", async () => {
    const unknown = async () => ({ gone: true, name: "unknown" });
    const chef = (minutesAgo: number) => ({
      getNode: async (name: string) => ({ name, automatic: { ohai_time: NOW / 1000 - minutesAgo * 60 } }),
      deleteClient: async () => "deleted" as const,
      deleteNode: async () => "deleted" as const,
    });
    const reapedWith = async (minutesAgo: number, changes: Partial<ReapServices>, time?: string) => {
      const { services } = world({ remove: (target) => removeNodeAndClient(chef(minutesAgo), target), ...changes });
      return reapMessage(message(notification("web", ID, time ? { EndTime: time, Time: time } : {})), services);
    };
    const recent = await reapedWith(55, { instanceState: unknown });
    assert.ok(recent.outcome === "retry" && !recent.failed && recent.afterSeconds === 300, JSON.stringify(recent));
    assert.match(
      recent.reason,
      /EC2 does not know the instance, but something converged under its node name 55 minutes ago/,
    );
    const longer = await reapedWith(0, { instanceState: unknown });
    assert.ok(longer.outcome === "retry" && longer.afterSeconds === 600);
    const living = await reapedWith(55, { instanceState: unknown }, "2026-11-22T11:00:00Z");
    assert.ok(living.outcome === "dead-letter" && living.cause === "alive", JSON.stringify(living));
    assert.equal((await reapedWith(61, { instanceState: unknown })).outcome, "acknowledged");
    // Chef's own clock is behind AWS's
    const behind = await reapedWith(61, { instanceState: unknown, clockOffsetMs: () => -5 * 60_000 });
    assert.equal(behind.outcome, "retry");
    assert.equal((await reapedWith(0, {})).outcome, "acknowledged", "EC2 itself says that it is terminated");
  });

  it("sends no requests for a foreign group, and deletes nothing", async () => {
    const { unexpected } = world();
    const { services } = world({ instanceState: unexpected("instanceState"), remove: unexpected("remove") });
    assert.equal((await reapMessage(message(notification("other", ID)), services)).outcome, "dead-letter");
  });

  it("sends no requests for a group of the same name in another account, in any form of message", async () => {
    const { unexpected } = world();
    const asked = { instanceState: unexpected("instanceState"), remove: unexpected("remove") };
    const { services } = world({ ...asked, accountId: "999999999999", completeAction: unexpected("completeAction") });
    const detail = { ...hookMessage("web", ID), AccountId: undefined };
    const told = [
      notification("web", ID),
      notification("web", ID, { AutoScalingGroupARN: undefined }),
      hookMessage("web", ID),
      event("EC2 Instance Terminate Successful", notification("web", ID)),
      event("EC2 Instance-terminate Lifecycle Action", detail),
    ];
    for (const document of told) {
      const reaped = await reapMessage(message(document), services);
      assert.equal(reaped.outcome, "dead-letter");
      assert.match(reaped.reason, /in the account '123456789012', but this reaper's groups are in '999999999999'/);
    }
    const { services: own, calls } = world({ accountId: "123456789012" });
    await reapMessage(message(notification("web", ID)), own);
    assert.deepEqual(calls, [`remove web-${ID} of ${ID}`]);
  });

  it("keeps the message when EC2 or the Chef server fails, with growing delays", async () => {
    const fails = async () => assert.fail("down");
    for (const changes of [{ instanceState: fails }, { remove: fails }]) {
      const { services } = world(changes);
      const first = await reapMessage(message(notification("web", ID)), services);
      const fourth = await reapMessage(message(notification("web", ID), 4), services);
      assert.ok(first.outcome === "retry" && first.afterSeconds === 10, JSON.stringify(first));
      assert.ok(fourth.outcome === "retry" && fourth.afterSeconds === 80);
    }
  });

  it("waits at least as long as an overloaded Chef server asks for, and at most ten minutes", async () => {
    for (const [asked, expected] of [
      [5, 10],
      [90, 90],
      [86_400, 600],
    ]) {
      const failure = { kind: "throttled", method: "GET", path: "/nodes/x", retryAfterSeconds: asked } as const;
      const { services } = world({ remove: () => Promise.reject(chefError(failure)) });
      const reaped = await reapMessage(message(notification("web", ID)), services);
      assert.equal(reaped.outcome === "retry" && reaped.afterSeconds, expected);
    }
  });

  it("searches for other names only if the removal by name found neither node nor client, and only if configured", async () => {
    const { unexpected } = world();
    const ABSENT: Removal = { node: "absent", client: "absent" };
    const foreign: Removal = {
      node: "foreign",
      client: "foreign",
      foreign: { cause: "other-instance", reason: "another's" },
    };
    for (const removal of [DELETED, { ...ABSENT, client: "deleted" } as const, foreign]) {
      const { services } = world({ remove: async () => removal, removeOtherNames: unexpected("removeOtherNames") });
      assert.doesNotMatch((await reapMessage(message(notification("web", ID)), services)).reason, /unexpected/);
    }
    const remove = async () => ABSENT;
    const off = await reapMessage(message(notification("web", ID)), world({ remove }).services);
    assert.match(off.reason, /neither node nor client found/);
    const { services, calls } = world({ remove, removeOtherNames: async () => ({ found: "none" }) });
    assert.deepEqual(await reapMessage(message(notification("web", ID)), services), off);
    assert.deepEqual(calls, []);
  });

  it("completes an instance's hook while a node with another name has to wait, and keeps the message if the search fails", async () => {
    const remove = async (): Promise<Removal> => ({ node: "absent", client: "absent" });
    const recent = { found: "recent", reason: "converged", waitSeconds: 7000 } as const;
    const waiting = world({ remove, removeOtherNames: async () => recent });
    const kept = await reapMessage(message(hookMessage("web", ID)), waiting.services);
    assert.deepEqual([kept.outcome, waiting.calls], ["retry", ["complete drain"]]);
    const failing = world({ remove, removeOtherNames: () => assert.fail("no index") });
    const failed = await reapMessage(message(hookMessage("web", ID)), failing.services);
    assert.ok(failed.outcome === "retry" && failed.failed && /no index/.test(failed.reason));
    assert.deepEqual(failing.calls, ["extend drain"]);
  });

  it("completes a lifecycle action after the removal", async () => {
    const { services, calls } = world();
    await reapMessage(message(hookMessage("web", ID)), services);
    assert.deepEqual(calls, [`remove web-${ID} of ${ID}`, "complete drain"]);
  });

  it("extends the hook while the Chef server is down, and completes it after the grace time", async () => {
    const remove = async () => assert.fail("down");
    const early = world({ remove });
    const outcome = await reapMessage(message(hookMessage("web", ID)), early.services);
    assert.deepEqual([outcome.outcome, early.calls], ["retry", ["extend drain"]]);
    const late = world({ remove, now: () => NOW + 700_000 });
    const later = await reapMessage(message(hookMessage("web", ID)), late.services);
    assert.deepEqual([later.outcome, late.calls], ["retry", ["complete drain"]]);
  });

  it("processes a waiting instance again before the shortest heartbeat timeout, and a completed one like any other", async () => {
    const remove = async () => assert.fail("down");
    const seconds = async (document: unknown, now: number) => {
      const outcome = await reapMessage(message(document, 9), world({ remove, now: () => now }).services);
      return outcome.outcome === "retry" ? outcome.afterSeconds : undefined;
    };
    assert.equal(await seconds(hookMessage("web", ID), NOW), 20);
    assert.equal(await seconds(hookMessage("web", ID), NOW + 700_000), 600);
    assert.equal(await seconds(notification("web", ID), NOW), 600);
  });

  it("extends the hook while a removal is in progress, and no longer", async () => {
    let extended = 0;
    const slow = async () => {
      while (extended < 3) await new Promise((resolve) => setTimeout(resolve, 1));
      return "done";
    };
    const extend = async () => {
      extended++;
      assert.ok(extended !== 2, "one that fails changes nothing");
    };
    assert.equal(await whileExtending(slow, extend, 1), "done");
    await assert.rejects(
      whileExtending(async () => assert.fail("down"), extend, 1),
      /down/,
    );
    const after = extended;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(extended, after);
  });

  it("completes the hook of a move into the warm pool and removes nothing", async () => {
    const { unexpected } = world();
    const { services, calls } = world({ remove: unexpected("remove") });
    const reaped = await reapMessage(message(hookMessage("web", ID, { Destination: "WarmPool" })), services);
    assert.deepEqual([reaped.outcome, calls], ["acknowledged", ["complete drain"]]);
  });

  it("changes nothing in a dry run, and logs what it would do", async () => {
    const { unexpected } = world();
    const never = unexpected("a change");
    const { services } = world({ dryRun: true, remove: never, completeAction: never, extendAction: never });
    const lines: string[] = [];
    const telemetry = { log: createLog((line) => lines.push(line)), metrics: recordedMetrics() };
    const delays: number[] = [];
    const queue = { sendToDeadLetters: never, delay: async (_: unknown, seconds: number) => void delays.push(seconds) };
    const bodies = [notification("web", ID), notification("other", ID), hookMessage("web", ID), { nonsense: 1 }];
    for (const body of bodies) {
      assert.equal(await settleMessage(message(body), services, queue, telemetry), "left");
    }
    // A hundred receives take longer than the fourteen days that a queue keeps a message.
    assert.ok(delays.length === bodies.length && delays.every((seconds) => seconds * 100 > 14 * 86_400));
    assert.match(lines[0] ?? "", new RegExp(`dry run: would remove node and client web-${ID}`));
  });
});

describe("processing a message", () => {
  const silent = { log: createLog(() => undefined), metrics: recordedMetrics() };
  const { unexpected } = world();

  it("sends a hopeless message to the dead-letter queue with the reason, and only then deletes it from the queue", async () => {
    const sent: unknown[] = [];
    const queue = {
      sendToDeadLetters: async (_: unknown, { cause, reason }: DeadLetterReason) => void sent.push([cause, reason]),
      delay: unexpected("delay"),
    };
    assert.equal(await settleMessage({ id: "m", body: "?" }, world().services, queue, silent), "done");
    assert.deepEqual(sent, [["not-understood", "the body is not a JSON object"]]);
  });

  it("keeps the message when the dead-letter queue cannot be reached, and logs both on one line", async () => {
    const lines: string[] = [];
    const queue = { sendToDeadLetters: async () => assert.fail("SQS is down"), delay: unexpected("delay") };
    const telemetry = { ...silent, log: createLog((line) => lines.push(line)) };
    assert.equal(await settleMessage({ id: "m", body: "?" }, world().services, queue, telemetry), "left");
    const [line, ...more] = lines.map((text) => JSON.parse(text));
    assert.deepEqual(more, []);
    assert.deepEqual([line.level, line.decision], ["error", "dead-letter"]);
    assert.match(line.trouble, /stays in the queue: .*SQS is down/);
  });

  it("hides a message until its next attempt", async () => {
    const delays: number[] = [];
    const queue = {
      sendToDeadLetters: unexpected("sendToDeadLetters"),
      delay: async (_: unknown, seconds: number) => void delays.push(seconds),
    };
    const { services } = world({ remove: async () => ({ node: "absent", client: "absent" }) });
    assert.equal(await settleMessage(message(notification("web", ID)), services, queue, silent), "left");
    assert.deepEqual(delays, [150]);
  });

  it("hides the kept messages of a batch after all are processed, and logs those that could not be hidden", async () => {
    const done: string[] = [];
    const lines: string[] = [];
    const queue = {
      sendToDeadLetters: async ({ id }: { id: string }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        done.push(`dead ${id}`);
      },
      delay: async ({ id }: { id: string }) => {
        done.push(`hide ${id}`);
        if (id === "b") throw new Error("SQS is down");
      },
    };
    const { services } = world({ remove: async () => ({ node: "absent", client: "absent" }) });
    const left = { body: JSON.stringify(notification("web", ID)) };
    const batch = [
      { id: "a", ...left },
      { id: "b", ...left },
      { id: "c", body: "?" },
    ];
    const telemetry = { ...silent, log: createLog((line) => lines.push(line)) };
    assert.deepEqual(await settleMessages(batch, services, queue, telemetry), ["left", "left", "done"]);
    assert.deepEqual(done, ["dead c", "hide a", "hide b"]);
    assert.match(lines.at(-1) ?? "", /visibility timeout could not be changed.*"messageId":"b".*SQS is down/);
  });

  it("logs one line per message: id, node, decision, milliseconds", async () => {
    const lines: string[] = [];
    const queue = { sendToDeadLetters: unexpected("sendToDeadLetters"), delay: unexpected("delay") };
    const telemetry = { log: createLog((line) => lines.push(line)), metrics: recordedMetrics() };
    await settleMessage(message(notification("web", ID)), world().services, queue, telemetry);
    assert.equal(lines.length, 1);
    const { time, ...line } = JSON.parse(lines[0] ?? "");
    assert.ok(time);
    assert.deepEqual(line, {
      level: "info",
      message: "settled",
      messageId: "m",
      group: "web",
      instanceId: ID,
      node: `web-${ID}`,
      decision: "acknowledged",
      reason: "node deleted, client deleted",
      milliseconds: 0,
    });
  });
});
