import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ActiveRefresh,
  canRollBack,
  type Goal,
  type GroupView,
  type Member,
  nextStep,
} from "../../rollout/decide";
import {
  isFrom,
  isNumbered,
  type LaunchedFrom,
  type LaunchesFrom,
  same,
  templatesOf,
} from "../../rollout/launched-from";

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
  savesFirst: false,
  resumes: false,
  succeeded: 0,
  ...more,
});
const warm = (number: string) => member(version(number), { id: `i-warm-${number}`, lifecycleState: "Warmed:Stopped" });
/** A group with x86 and ARM, where the ARM types have their own template. */
const mixed = (own: string, arm: string): LaunchesFrom => ({
  ...version(own),
  overrides: ["c7g.large", "c6g.large"].map((instanceType) => ({ ...version(arm, "lt-arm"), instanceType })),
});
const x86 = (number: string) => member(version(number), { id: "i-x86", instanceType: "c7i.large" });
const arm = (number: string) => member(version(number, "lt-arm"), { id: "i-arm", instanceType: "c7g.large" });
const active = (desired?: LaunchesFrom, status = "InProgress"): ActiveRefresh => ({ id: "r-1", status, desired });

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
    [
      "says so where too few are in service and none can be launched",
      view({ suspended: ["Launch"] }),
      goal({ target: version("1"), minSize: 2 }),
      "refuse",
    ],
    [
      "waits for one that was launched before launches were suspended",
      view({
        suspended: ["Launch"],
        members: [member(version("1")), member(version("1"), { id: "i-2", lifecycleState: "Pending:Wait" })],
      }),
      goal({ target: version("1"), minSize: 2 }),
      "awaitInstances",
    ],
    [
      "has nothing to do where launches are suspended and enough are in service",
      view({ suspended: ["Launch"] }),
      goal({ target: version("1") }),
      "done",
    ],
    ["starts for a warm pool alone", view({ members: [], pool: [warm("1")] }), goal(), "start"],
    [
      "starts for a warm pool that was left",
      view({ pool: [warm("2"), warm("1")], saved: version("2"), members: [member(version("2"))] }),
      goal(),
      "start",
    ],
    ["saves at once where the warm pool is new", view({ members: [], pool: [warm("2")] }), goal(), "save"],
    [
      "starts no second time for a warm pool that AWS has left",
      view({ pool: [warm("1")], saved: version("2"), members: [member(version("2"))] }),
      goal({ succeeded: 1 }),
      "done",
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
      goal({ target: configuration("web-2"), savesFirst: true }),
      "follow",
    ],
    [
      "cancels one to another launch configuration",
      view({ saved: configuration("web-1"), active: active() }),
      goal({ target: configuration("web-2"), savesFirst: true }),
      "cancel",
    ],
    [
      "cancels one to another policy by attributes, which AWS starts without a version",
      view({ saved: version("2"), policyIsSaved: false, active: active() }),
      goal({ savesFirst: true }),
      "cancel",
    ],
    [
      "starts one for requirements that an interrupted update saved, which instances do not tell",
      view({ saved: version("2"), members: [member(version("2"))] }),
      goal({ savesFirst: true, resumes: true }),
      "start",
    ],
    [
      "resumes once",
      view({ saved: version("2"), members: [member(version("2"))] }),
      goal({ savesFirst: true, resumes: true, succeeded: 1 }),
      "done",
    ],
    [
      "refuses to wait for launches that are suspended",
      view({ suspended: ["Launch"] }),
      goal({ target: version("1"), minSize: 2 }),
      "refuse",
    ],
    [
      "waits for what is launched already",
      view({
        members: [member(version("1")), member(version("1"), { lifecycleState: "Pending:Wait" })],
        suspended: ["Launch"],
      }),
      goal({ target: version("1"), minSize: 2 }),
      "awaitInstances",
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
  const [first, second] = [mixed("1", "1"), mixed("1", "2")];
  cases.push(
    ["starts for another image of one architecture", view({ saved: first }), goal({ target: second }), "start"],
    [
      "replaces what is of that architecture and another version",
      view({ saved: second, members: [x86("1"), arm("1")] }),
      goal({ target: second, minSize: 2 }),
      "start",
    ],
    [
      "is done when both are of their own template's version",
      view({ saved: second, members: [x86("1"), arm("2")] }),
      goal({ target: second, minSize: 2 }),
      "done",
    ],
    [
      "replaces an instance of a type that has had another template",
      view({ saved: first, members: [x86("1"), member(version("1"), { instanceType: "c7g.large" })] }),
      goal({ target: first, minSize: 2 }),
      "start",
    ],
    [
      "cancels a refresh to another version of one architecture",
      view({ saved: second, active: active(first), policyIsSaved: true }),
      goal({ target: mixed("1", "3") }),
      "cancel",
    ],
    ["goes back from it", view({ saved: first, active: active(second) }), goal({ target: first }), "rollBack"],
    [
      "goes back to numbers only",
      view({ saved: mixed("1", "$Latest"), active: active(second) }),
      goal({ target: mixed("1", "$Latest") }),
      "cancel",
    ],
  );
  for (const [title, seen, wanted, kind] of cases) {
    it(title, () => assert.equal(nextStep(seen, wanted).kind, kind));
  }

  it("asks AWS to roll back only to a numbered version of a template", () => {
    assert.ok(canRollBack(version("1"), version("2")));
    assert.ok(!canRollBack(version("$Latest"), version("2")));
    assert.ok(!canRollBack({ configurationName: "old" }, version("2")));
    assert.ok(!canRollBack(version("1"), { configurationName: "new" }));
    assert.ok(canRollBack(mixed("1", "1"), mixed("1", "2")));
    assert.ok(!canRollBack(mixed("1", "$Default"), mixed("1", "2")));
    assert.ok(!isNumbered({ ...version("1"), overrides: [{ templateId: "lt-arm" }] }));
  });

  it("recognizes instances that requirements chose by any template that they may come from", () => {
    const byAttributes: LaunchesFrom = { ...version("1"), overrides: [version("4", "lt-arm")] };
    const from = (launchedFrom: LaunchedFrom) => isFrom({ instanceType: "m7g.large", launchedFrom }, byAttributes);
    assert.deepEqual([version("1"), version("4", "lt-arm"), version("3", "lt-arm")].map(from), [true, true, false]);
    assert.deepEqual(
      templatesOf(mixed("1", "2")).map((one) => `${one.templateId} ${one.version}`),
      ["lt-1 1", "lt-arm 2"],
    );
    assert.ok(!same(mixed("1", "2"), version("1")));
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
    savesFirst: fc.boolean(),
    resumes: fc.boolean(),
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
        for (const one of others.filter((one) => !one.isProtected)) assert.ok(isFrom(one, wanted.target));
      }),
      { numRuns: 2000 },
    );
  });
});
