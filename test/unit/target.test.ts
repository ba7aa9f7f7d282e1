import assert from "node:assert/strict";
import type { Removal } from "../../chef/removal";
import { type ReapServices, reapMessage } from "../../reaper/decide/reap";
import { type GoneInstance, type ReapTarget, removeFromTargets } from "../../reaper/removal/target";
import { hookMessage, notification } from "../helpers/messages";

const ID = "i-0123456789abcdef0";
const INSTANCE: GoneInstance = { instanceId: ID, nodeName: `web-${ID}`, group: "web" };

const target = (name: string, remove: ReapTarget["remove"]): ReapTarget => ({ name, remove });
const confirming = (result: "removed" | "absent") => async () => result;
const failing = async () => assert.fail("503");

describe("custom targets", () => {
  const calls: string[] = [];
  const telling = (name: string) =>
    target(name, async (instance) => {
      calls.push(`${name} ${instance.group} ${instance.nodeName} ${instance.instanceId}`);
      return "removed";
    });
  beforeEach(() => calls.splice(0));

  const deleted: Removal = { node: "deleted", client: "deleted" };
  const absent: Removal = { node: "absent", client: "absent" };

  function reap(
    targets: readonly ReapTarget[],
    changes: Partial<ReapServices> = {},
    document: unknown = notification("web", ID),
  ) {
    const services: ReapServices = {
      groups: ["web"],
      absenceGraceSeconds: 600,
      dryRun: false,
      now: () => Date.parse("2026-11-22T12:01:00Z"),
      instanceState: async () => ({ gone: true, name: "terminated" }),
      remove: async () => {
        calls.push("chef");
        return deleted;
      },
      completeAction: async () => void calls.push("complete"),
      extendAction: async () => void calls.push("extend"),
      targets,
      ...changes,
    };
    return reapMessage({ id: "m", body: JSON.stringify(document) }, services);
  }

  it("are called after the Chef server has confirmed, and before the instance's hook is completed", async () => {
    const reaped = await reap([telling("dns"), telling("monitor")], {}, hookMessage("web", ID));
    assert.deepEqual(calls, ["chef", `dns web web-${ID} ${ID}`, `monitor web web-${ID} ${ID}`, "complete"]);
    assert.equal(reaped.reason, "node deleted, client deleted, dns removed, monitor removed");
  });

  it("keep the message in the queue if one fails, and are each tried", async () => {
    const reaped = await reap([target("dns", failing), telling("monitor")]);
    assert.ok(reaped.outcome === "retry" && reaped.failed);
    assert.match(reaped.reason, /^dns: 503$/);
    assert.deepEqual(calls, ["chef", `monitor web web-${ID} ${ID}`]);
  });

  it("are called again even if the Chef server has nothing left", async () => {
    const removedLater = await reap([telling("dns")], { remove: async () => absent, absenceGraceSeconds: 0 });
    assert.deepEqual([removedLater.outcome, removedLater.reason], ["acknowledged", "already gone, dns removed"]);
  });

  it("are not called for an instance that is running, belongs to others, or is still on the Chef server", async () => {
    const never = target("never", () => assert.fail("asked"));
    const foreign: Removal = {
      node: "foreign",
      client: "foreign",
      foreign: { cause: "other-instance", reason: "it is another's" },
    };
    const outcomes = [
      await reap([never], { instanceState: async () => ({ gone: false, name: "running" }) }),
      await reap([never], { groups: ["batch"] }),
      await reap([never], { remove: async () => foreign }),
      await reap([never], { remove: failing }),
      await reap([never], { dryRun: true }),
    ].map(({ outcome, reason }) => `${outcome}: ${reason}`);
    assert.ok(!outcomes.join().includes("asked"), outcomes.join());
    assert.deepEqual(
      outcomes.map((outcome) => outcome.split(":")[0]),
      ["dead-letter", "dead-letter", "dead-letter", "retry", "retry"],
    );
  });

  it("count only with a clear result, in time", async () => {
    const vague = target("vague", (async () => undefined) as unknown as ReapTarget["remove"]);
    await assert.rejects(
      removeFromTargets([vague], INSTANCE),
      /vague: it returned undefined, expected "removed" or "absent"/,
    );
    const deaf = target("deaf", () => new Promise(() => undefined));
    const heedful = target(
      "heedful",
      (_, signal) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))),
    );
    await assert.rejects(
      removeFromTargets([deaf, heedful], INSTANCE, 20),
      /deaf: no response within 0.02 s; heedful: /,
    );
    const throwing = target("throwing", () => {
      throw "a string";
    });
    await assert.rejects(removeFromTargets([throwing], INSTANCE), /throwing: a string/);
    assert.deepEqual(await removeFromTargets([target("fine", confirming("absent"))], INSTANCE), [
      { name: "fine", result: "absent" },
    ]);
  });
});
