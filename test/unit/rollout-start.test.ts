import assert from "node:assert/strict";
import { awaitInstances } from "../../rollout/await-instances";
import type { Member } from "../../rollout/decide";
import type { Activity } from "../../rollout/failures";
import type { FoundGroup, GroupAccess } from "../../rollout/group-access";
import type { LaunchesFrom } from "../../rollout/launched-from";
import type { RefreshProgress } from "../../rollout/progress";
import { putBack } from "../../rollout/put-back";
import type { RolloutState } from "../../rollout/rollout-state";
import type { Run } from "../../rollout/run";
import { start } from "../../rollout/start";

const version = (number: string): LaunchesFrom => ({ templateId: "lt-1", version: number });

const booting = (id: string, from: LaunchesFrom): Member => ({
  ...{ id, lifecycleState: "Pending:Wait", healthy: true, isProtected: false, weight: 1 },
  launchedFrom: from,
});

const failure = (id: string, instance?: string): Activity => ({
  ...{ id, startedAt: Date.now(), status: "Cancelled", message: "it was abandoned" },
  description: `Launching a new EC2 instance${instance ? `: ${instance}` : ""}.  Status Reason: it was abandoned`,
});

/** A group whose refresh succeeds at the second look, unless it is stopped. */
function fakeGroup(
  saved: LaunchesFrom,
  members: (found: number) => readonly Member[],
  activities: (asked: number) => readonly Activity[],
) {
  const calls: string[] = [];
  let [looks, asked, founds] = [0, 0, 0];
  const progress = (): Partial<RefreshProgress> => ({
    ...{ id: "r-1", status: looks++ > 2 ? "Successful" : "InProgress", desired: version("2"), reason: "" },
    ...{ percentage: 0, left: 1, warmPool: { percentage: 0, left: 0 }, startedAt: Date.now(), checkpoints: [] },
    ...{ alarmNames: [], checkpointDelaySeconds: 0 },
  });
  const note = (call: string) => async () => void calls.push(call);
  const access = {
    ...{
      groupName: "web",
      region: "us-east-1",
      save: note("save"),
      cancel: note("cancel"),
      rollBack: note("rollBack"),
    },
    find: async (): Promise<Partial<FoundGroup>> => ({
      ...{ saved, members: members(founds++), suspended: [], desired: 1, minSize: 1, createdAt: 0 },
    }),
    activities: async () => activities(asked++),
    console: async () => [],
    alarms: async () => ({}),
    refresh: async () => progress(),
    start: async () => "r-1",
    isPolicySaved: () => true,
  } as unknown as GroupAccess;
  return { access, calls };
}

function runIn(access: GroupAccess, more: Partial<Run> = {}): Run {
  const preferences = { MinHealthyPercentage: 100, AutoRollback: true, SkipMatching: true };
  const state = {
    preferences,
    wait: true,
    minSize: 1,
    failuresAllowed: 0,
    timeoutSeconds: 60,
  } as unknown as RolloutState;
  return {
    ...{ access, state, target: version("2"), before: version("1"), savesFirst: false },
    ...{ earlier: new Set<string>(), kept: new Map(), say: () => undefined, ...more },
  };
}

describe("the start of a rollout", () => {
  it("does not count instances of an earlier version that fail afterwards, nor launches that have failed before", async () => {
    const { access, calls } = fakeGroup(
      version("1"),
      () => [booting("i-0a", version("3"))],
      (asked) => {
        return [failure("before"), ...(asked > 0 ? [failure("after", "i-0a")] : [])];
      },
    );
    assert.equal(await start(runIn(access)), "succeeded");
    assert.deepEqual(calls, []);
  }).timeout(20_000);
});

describe("the wait for instances", () => {
  it("does not count one of another version that is still booting", async () => {
    const inService = { ...booting("i-0b", version("2")), lifecycleState: "InService" };
    const members = (looks: number) => [looks < 4 ? booting("i-0a", version("3")) : inService];
    const { access } = fakeGroup(version("2"), members, (asked) => (asked > 0 ? [failure("after", "i-0a")] : []));
    await awaitInstances(runIn(access));
  }).timeout(20_000);
});

describe("what a failed rollout saves again", () => {
  const restore = { LaunchConfigurationName: "one" };
  const [one, two, three] = ["one", "two", "three"].map((configurationName): LaunchesFrom => ({ configurationName }));

  it("is what was in service, if the group still has what the update saved, and not if another one has saved something", async () => {
    const saves = async (saved: LaunchesFrom = {}) => {
      const { access, calls } = fakeGroup(
        saved,
        () => [],
        () => [],
      );
      await putBack(runIn(access, { restore, target: two, savesFirst: true }));
      return calls;
    };
    assert.deepEqual([await saves(two), await saves(three), await saves(one)], [["save"], [], []]);
  });
});
