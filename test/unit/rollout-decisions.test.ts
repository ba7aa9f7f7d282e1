import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ActiveRefresh,
  canRollBack,
  type Goal,
  type GroupView,
  type LaunchedFrom,
  type Member,
  nextStep,
  same,
} from "../../rollout/decide";

const version = (number: string, templateId = "lt-1"): LaunchedFrom => ({ templateId, version: number });
const configuration = (configurationName: string): LaunchedFrom => ({ configurationName });
const member = (launchedFrom: LaunchedFrom, more: Partial<Member> = {}): Member => ({
  id: "i-1",
  lifecycleState: "InService",
  healthy: true,
  launchedFrom,
  isProtected: false,
  weight: 1,
  ...more,
});
const view = (more: Partial<GroupView>): GroupView => ({
  saved: version("1"),
  policyIsSaved: true,
  members: [member(version("1"))],
  suspended: [],
  minSize: 9,
  ...more,
});
const goal = (more: Partial<Goal> = {}): Goal => ({
  target: version("2"),
  minSize: 1,
  leaves: { isProtected: true, standby: true },
  succeeded: 0,
  ...more,
});
const active = (desired?: LaunchedFrom, status = "InProgress"): ActiveRefresh => ({ id: "r-1", status, desired });

describe("the next step of a rollout", () => {
  const cases: [string, GroupView, Goal, string][] = [
    ["starts for a new version", view({}), goal(), "start"],
    ["has nothing to do for the one in service", view({}), goal({ target: version("1") }), "done"],
    ["saves at once where nothing is in service", view({ members: [] }), goal(), "save"],
    [
      "saves at once where all fail to come",
      view({ members: [member(version("1"), { lifecycleState: "Pending:Wait" })] }),
      goal(),
      "save",
    ],
    ["waits for the least", view({}), goal({ target: version("1"), minSize: 2 }), "awaitInstances"],
    [
      "wants no more than a schedule has left",
      view({ minSize: 1 }),
      goal({ target: version("1"), minSize: 2 }),
      "done",
    ],
    ["wants no instance of none", view({ members: [] }), goal({ target: version("1"), minSize: 0 }), "done"],
    [
      "counts units of weight",
      view({ members: [member(version("1"), { weight: 2 })] }),
      goal({ target: version("1"), minSize: 2 }),
      "done",
    ],
    ["follows one to the same version", view({ active: active(version("2")) }), goal(), "follow"],
    ["cancels one to another version for a third", view({ active: active(version("3")) }), goal(), "cancel"],
    [
      "rolls one back for the version that is saved",
      view({ active: active(version("3")) }),
      goal({ target: version("1") }),
      "rollBack",
    ],
    ["leaves another's refresh alone", view({ active: active(version("2", "lt-9")) }), goal(), "refuse"],
    ["leaves one that somebody started without a version", view({ active: active() }), goal(), "refuse"],
    [
      "follows one to the same launch configuration, which AWS starts without a version",
      view({ saved: configuration("web-2"), active: active() }),
      goal({ target: configuration("web-2") }),
      "follow",
    ],
    [
      "cancels one to another launch configuration",
      view({ saved: configuration("web-1"), active: active() }),
      goal({ target: configuration("web-2") }),
      "cancel",
    ],
    ["waits for a rollback", view({ active: active(version("2"), "RollbackInProgress") }), goal(), "awaitEnd"],
    ["waits for a cancellation", view({ active: active(version("2"), "Cancelling") }), goal(), "awaitEnd"],
    ["refuses without a process that it needs", view({ suspended: ["Terminate"] }), goal(), "refuse"],
    [
      "refreshes what a cancelled refresh left",
      view({ members: [member(version("1")), member(version("2"))] }),
      goal({ target: version("1") }),
      "start",
    ],
    ["gives up on instances that stay other ones", view({ saved: version("2") }), goal({ succeeded: 2 }), "refuse"],
    [
      "leaves a protected one",
      view({ saved: version("2"), members: [member(version("2")), member(version("1"), { isProtected: true })] }),
      goal(),
      "done",
    ],
    ["starts for a changed policy alone", view({ policyIsSaved: false }), goal({ target: version("1") }), "start"],
  ];
  for (const [title, seen, wanted, kind] of cases) {
    it(title, () => assert.equal(nextStep(seen, wanted).kind, kind));
  }

  it("asks AWS to roll back only to a numbered version of a template", () => {
    assert.ok(canRollBack(version("1"), version("2")));
    assert.ok(!canRollBack(version("$Latest"), version("2")));
    assert.ok(!canRollBack({ configurationName: "old" }, version("2")));
    assert.ok(!canRollBack(version("1"), { configurationName: "new" }));
  });

  const launch = fc.record({ templateId: fc.constantFrom("lt-1", "lt-2"), version: fc.constantFrom("1", "2", "3") });
  const members = fc.array(
    fc.record({
      id: fc.string(),
      lifecycleState: fc.constantFrom("InService", "Pending:Wait", "Terminating", "Standby"),
      healthy: fc.boolean(),
      launchedFrom: launch,
      isProtected: fc.boolean(),
      weight: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 6 },
  );
  const statuses = fc.constantFrom("Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress");
  const refresh = fc.record({ id: fc.string(), status: statuses, desired: fc.option(launch, { nil: undefined }) });
  const views = fc.record({
    saved: launch,
    policyIsSaved: fc.boolean(),
    members,
    active: fc.option(refresh, { nil: undefined }),
    suspended: fc.constantFrom<readonly string[]>([], ["Launch"]),
    minSize: fc.integer({ min: 0, max: 4 }),
  });
  const goals = fc.record({
    target: launch,
    minSize: fc.integer({ min: 0, max: 4 }),
    leaves: fc.record({ isProtected: fc.boolean(), standby: fc.boolean() }),
    succeeded: fc.integer({ min: 0, max: 3 }),
  });

  it("never starts a second refresh, never finishes beside one, and reports done only for the wanted version", () => {
    fc.assert(
      fc.property(views, goals, (seen, wanted) => {
        const { kind } = nextStep(seen, wanted);
        if (seen.active) assert.ok(!["start", "save", "done", "awaitInstances"].includes(kind), kind);
        if (kind !== "done") return;
        assert.ok(same(seen.saved, wanted.target) && seen.policyIsSaved);
        const others = seen.members.filter((one) => /InService|Pending/.test(one.lifecycleState));
        for (const one of others.filter((one) => !one.isProtected)) assert.ok(same(one.launchedFrom, wanted.target));
      }),
      { numRuns: 2000 },
    );
  });
});
