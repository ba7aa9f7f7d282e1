import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { type ReconcileOptions, type ReconcileReport, reconcileGroup } from "../../reaper/reconcile";
import { listNames } from "../../reaper/reconcile/list-names";
import { reconcileGroups } from "../../reaper/reconcile-groups";
import type { LogFields } from "../../reaper/telemetry/log";
import { type MadeUp, madeUpFleet } from "../helpers/made-up-fleet";

const CAP = { share: 1, count: 50 };
const SETTINGS = { groups: ["web"], dryRun: false, reconcile: { graceSeconds: 900, cap: CAP } };
const OVER = new Error("the time is over");

/** A Chef server that delays responses to one kind of request until the test permits them. */
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

/** A scheduled run that times out after 50 ms. */
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

describe("a scheduled reconcile that runs out of time", () => {
  it("reports it for every group although a list of the Chef server never ends, and lists nothing for the rest", async () => {
    const { services } = madeUpFleet({ living: 1 });
    let lists = 0;
    const visitNodes = () => {
      lists++;
      return never();
    };
    const chef = { ...services.chef, visitNodes };
    const told = await schedule((options) => reconcileGroup(options, { ...services, chef }), ["web", "db"]);
    assert.deepEqual([told.counted, lists], [["reconcileStopped web 1", "reconcileStopped db 1"], 1]);
    assert.equal(told.lines[0]?.reason, OVER.message);
    assert.match(told.error.message, /reconcile of web, db failed/);
    assert.ok(told.milliseconds < 1000, `${told.milliseconds} ms`);
  });

  it("finishes removals in progress, and reports what it removed and how much is left", async () => {
    const beforeAnswer = () => setTimeout(100);
    const { services } = madeUpFleet({ living: 1, gone: 2, beforeAnswer });
    const told = await schedule((options) => reconcileGroup({ ...options, concurrency: 1 }, services));
    assert.deepEqual(told.counted, ["reconciled web 1", "reconcileStopped web 1"]);
    assert.match(String(told.lines.at(-1)?.stopped), /1 names were not processed, because the run was ended/);
  });
});

describe("an aborted reconcile", () => {
  it("finishes the removal in progress, and starts no other", async () => {
    const { beforeAnswer, isAsked, answer } = held("client");
    const { fleet, end, run } = start({ gone: 3, beforeAnswer }, { concurrency: 1 });
    await isAsked;
    end();
    answer();
    const { removed, failed, stopped } = await run;
    assert.deepEqual([removed.length, failed, fleet.deleted.length], [1, [], 2]);
    assert.match(stopped ?? "", /2 names were not processed, because the run was ended/);
  });

  it("reads no second list", async () => {
    const { services } = madeUpFleet({ living: 1 });
    const ending = new AbortController();
    const visitNodes = async () => ending.abort(OVER);
    const chef = { ...services.chef, visitNodes, visitClients: () => assert.fail("the run is over") };
    await assert.rejects(listNames(chef, "web", undefined, ending.signal), OVER);
  });

  it("does not start at all if it is aborted before", async () => {
    const { fleet, run } = start({ gone: 1 }, { signal: AbortSignal.abort(OVER) });
    await assert.rejects(run, OVER);
    assert.deepEqual(fleet.deleted, []);
  });
});
