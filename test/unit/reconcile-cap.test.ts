import assert from "node:assert/strict";
import { type ReconcileOptions, type ReconcileServices, reconcileGroup } from "../../reaper/reconcile";
import { MOST_PROVEN } from "../../reaper/reconcile/options";
import { sample } from "../../reaper/reconcile/sample";
import { type MadeUp, type MadeUpFleet, madeUpFleet } from "../helpers/made-up-fleet";

const OPTIONS: ReconcileOptions = { group: "web", graceSeconds: 900, cap: { share: 0.5, count: 50 }, dryRun: false };

async function reconcile(made: MadeUp, options: Partial<ReconcileOptions> = {}, more: Partial<ReconcileServices> = {}) {
  const fleet = madeUpFleet(made);
  return { fleet, report: await again(fleet, options, more) };
}

const again = (fleet: MadeUpFleet, options: Partial<ReconcileOptions>, more: Partial<ReconcileServices> = {}) =>
  reconcileGroup({ ...OPTIONS, ...options }, { ...fleet.services, ...more });

/** Pseudorandom numbers that are the same in each run of the test. */
function sameNumbers(): () => number {
  let state = 7;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

describe("names without proof", () => {
  it("do not block the removal of others, however many they are", async () => {
    const { report, fleet } = await reconcile({ living: 1000, gone: 1, proven: 3, silent: 60 });
    assert.equal(report.stopped, undefined);
    assert.deepEqual([report.removed.length, report.kept.length, report.notLookedAt], [4, 60, 0]);
    assert.equal(fleet.deleted.length, 8);
    const small = await reconcile({ living: 6, gone: 1, silent: 7 });
    assert.deepEqual([small.report.removed.length, small.report.stopped], [1, undefined]);
  });

  it("cannot hide others forever if there are more than one run checks", async () => {
    const fleet = madeUpFleet({ living: 5000, proven: 5, silent: 2 * MOST_PROVEN });
    const random = sameNumbers();
    const first = await again(fleet, {}, { random });
    assert.equal(first.notLookedAt, 5 + 2 * MOST_PROVEN - MOST_PROVEN);
    assert.ok(first.kept.length + first.removed.length === MOST_PROVEN);
    let removed = first.removed.length;
    for (let runs = 1; removed < 5; runs++) {
      assert.ok(runs < 50, `${removed} of 5 after ${runs} runs`);
      removed += (await again(fleet, {}, { random })).removed.length;
    }
  });
});

describe("the cap", () => {
  it("counts only proven names, and above it nothing is removed", async () => {
    for (const made of [{ gone: 51 }, { proven: 51 }, { gone: 25, proven: 26 }, { proven: 3 * MOST_PROVEN }]) {
      const { report, fleet } = await reconcile({ living: 5000, ...made });
      assert.match(report.stopped ?? "", /names are left over, more than the 50 that one run/, JSON.stringify(made));
      assert.deepEqual([report.planned, report.removed, fleet.deleted], [[], [], []]);
    }
    const { report, fleet } = await reconcile({ living: 8, proven: 6, gone: 3 });
    assert.match(report.stopped ?? "", /9 of 17 .* the share of 0.5/);
    assert.deepEqual(fleet.deleted, []);
  });

  it("may permit more than MOST_PROVEN, but not one too many", async () => {
    const cap = { share: 1, count: MOST_PROVEN + 100 };
    assert.equal((await reconcile({ living: 1, proven: cap.count }, { cap })).report.removed.length, cap.count);
    assert.match((await reconcile({ living: 1, proven: cap.count + 1 }, { cap })).report.stopped ?? "", /601 of 602/);
  });
});

describe("an implausible response from EC2", () => {
  it("ends the run if none of the names is alive, before any instance is requested by id", async () => {
    const { report, fleet } = await reconcile({ proven: 3, silent: 3, desired: 6 });
    assert.match(
      report.stopped ?? "",
      /none of 6 names has a living instance, although the group's desired capacity is 6/,
    );
    assert.deepEqual([fleet.deleted, fleet.askedById], [[], []]);
  });

  it("removes nothing that it lacks: for each id, EC2 must say that the instance does not exist", async () => {
    const { report, fleet } = await reconcile({ living: 100, leftOut: 99 });
    assert.deepEqual([report.kept.length, report.removed, report.stopped], [99, [], undefined]);
    assert.match(report.kept[0]?.why ?? "", /EC2 now reports the instance as running/);
    assert.deepEqual(fleet.deleted, []);
  });
});

describe("an id that EC2 does not accept", () => {
  it("keeps only its own name", async () => {
    const { report, fleet } = await reconcile({ living: 100, proven: 40, odd: 2 });
    assert.deepEqual([report.removed.length, report.kept.length, report.stopped], [40, 2, undefined]);
    assert.match(report.kept[0]?.why ?? "", /the id is malformed/);
    assert.ok(fleet.askedById.length < 30, `${fleet.askedById.length} calls`);
  });
});

describe("a random sample", () => {
  it("has the requested size, without duplicates, and every item is chosen sometime", () => {
    const [random, seen] = [sameNumbers(), new Set<number>()];
    for (let runs = 0; runs < 100; runs++) {
      const picked = sample([...Array(20).keys()], 3, random);
      assert.equal(new Set(picked).size, 3);
      for (const one of picked) seen.add(one);
    }
    assert.equal(seen.size, 20);
    assert.deepEqual(sample(["a", "b"], 5, random).sort(), ["a", "b"]);
  });
});
