import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { type ReconcileOptions, type ReconcileReport, reconcileGroup } from "../../reaper/reconcile";
import { takeCensus } from "../../reaper/reconcile/list-names";
import { reconcileGroups } from "../../reaper/reconcile-groups";
import type { LogFields } from "../../reaper/telemetry/log";
import { type MadeUp, madeUpFleet } from "../helpers/made-up-fleet";

const CAP = { share: 1, count: 50 };
const SETTINGS = { groups: ["web"], dryRun: false, reconcile: { graceSeconds: 900, cap: CAP } };
const OVER = new Error("the time is over");

/** A Chef server that answers a kind of request only when it is let. */
function held(kind: string) {
  const life = new EventEmitter();
  const [isAsked, mayAnswer] = [once(life, "asked"), once(life, "answer")];
  const beforeAnswer = async (what: string): Promise<void> => {
    if (what !== kind) return;
    life.emit("asked");
    await mayAnswer;
  };
  return { beforeAnswer, isAsked, answer: () => life.emit("answer") };
}

function start(made: MadeUp, options: Partial<ReconcileOptions> = {}) {
  const fleet = madeUpFleet(made);
  const ending = new AbortController();
  const all = { group: "web", graceSeconds: 900, cap: CAP, dryRun: false, signal: ending.signal, ...options };
  return { fleet, end: () => ending.abort(OVER), run: reconcileGroup(all, fleet.services) };
}

/** A scheduled run whose time is over after 50 ms. */
async function schedule(reconcile: (options: ReconcileOptions) => Promise<ReconcileReport>, groups = ["web"]) {
  const lines: (LogFields | undefined)[] = [];
  const counted: string[] = [];
  const ending = new AbortController();
  const began = Date.now();
  void setTimeout(50).then(() => ending.abort(OVER));
  const services = {
    log: (_: string, __: string, fields?: LogFields) => void lines.push(fields),
    metrics: {
      add: (metric: string, group: string, value: number) => void counted.push(`${metric} ${group} ${value}`),
      publish: () => undefined,
    },
    now: Date.now,
    reconcile,
  };
  const error = await reconcileGroups({ ...SETTINGS, groups }, services, ending.signal).catch((caught) => caught);
  return { lines, counted, error, milliseconds: Date.now() - began };
}

const never = () => new Promise<never>(() => undefined);

describe("a scheduled reconcile whose time is over", () => {
  it("says so although a list of the Chef server has no end", async () => {
    const { services } = madeUpFleet({ living: 1 });
    const chef = { ...services.chef, visitNodes: never };
    const told = await schedule((options) => reconcileGroup(options, { ...services, chef }));
    assert.deepEqual([told.counted, told.lines[0]?.reason], [["reconcileStopped web 1"], OVER.message]);
    assert.match(told.error.message, /reconcile of web failed/);
    assert.ok(told.milliseconds < 1000, `${told.milliseconds} ms`);
  });

  it("says so of every group although not even the key can be read, and begins none of the rest", async () => {
    const asked: string[] = [];
    const told = await schedule(
      ({ group }) => {
        asked.push(group);
        return never();
      },
      ["web", "db"],
    );
    assert.deepEqual([asked, told.counted], [["web"], ["reconcileStopped web 1", "reconcileStopped db 1"]]);
    assert.ok(told.milliseconds < 2800, `${told.milliseconds} ms`);
  });

  it("says what it removed, and what was under way, although the Chef server does not answer", async () => {
    const { beforeAnswer } = held("node");
    const { services } = madeUpFleet({ living: 1, gone: 2, beforeAnswer });
    const told = await schedule((options) => reconcileGroup({ ...options, concurrency: 1 }, services));
    assert.deepEqual(told.counted, ["reconciled web 0", "reconcileStopped web 1"]);
    assert.match(String(told.lines[0]?.reason), /the run ended while this was under way/);
    assert.match(String(told.lines.at(-1)?.stopped), /1 names were not tried any more/);
    assert.ok(told.milliseconds < 2000, `${told.milliseconds} ms`);
  });
});

describe("a reconcile that is ended", () => {
  it("deletes nothing of a pair that it has only looked at", async () => {
    const { beforeAnswer, isAsked, answer } = held("get");
    const { fleet, end, run } = start({ gone: 3, beforeAnswer });
    await isAsked;
    end();
    answer();
    const { removed, failed, stopped } = await run;
    assert.deepEqual([removed, failed, fleet.deleted], [[], [], []]);
    assert.match(stopped ?? "", /3 names were not tried any more, because the run was ended/);
  });

  it("finishes a pair whose deletion has begun, where there is time", async () => {
    const { beforeAnswer, isAsked, answer } = held("client");
    const { end, run } = start({ gone: 2, beforeAnswer }, { concurrency: 1 });
    await isAsked;
    end();
    answer();
    const { removed, failed } = await run;
    assert.deepEqual([removed.length, failed], [1, []]);
  });

  it("begins nothing after its report, not even the second deletion of a pair, and leaves that to the next run", async () => {
    const { beforeAnswer, isAsked, answer } = held("client");
    const { fleet, end, run } = start({ living: 1, gone: 1, beforeAnswer }, { settleMs: 20 });
    await isAsked;
    end();
    const { removed, failed } = await run;
    assert.deepEqual([removed, failed.length], [[], 1]);
    const before = [...fleet.deleted];
    answer();
    await setTimeout(50);
    assert.deepEqual(fleet.deleted, before);
    assert.deepEqual([removed, failed.length], [[], 1], "a report does not change any more");
  });

  it("reads no second list", async () => {
    const { services } = madeUpFleet({ living: 1 });
    const ending = new AbortController();
    const visitNodes = async () => ending.abort(OVER);
    const chef = { ...services.chef, visitNodes, visitClients: () => assert.fail("the run is over") };
    await assert.rejects(takeCensus(chef, "web", undefined, ending.signal), OVER);
  });

  it("does not begin at all once it is over", async () => {
    const { fleet, run } = start({ gone: 1 }, { signal: AbortSignal.abort(OVER) });
    await assert.rejects(run, OVER);
    assert.deepEqual(fleet.deleted, []);
  });
});
