import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createClock } from "../../rollout/clock";
import type { ProgressView } from "../../rollout/progress";
import { progressOf } from "../../rollout/read-answers";

const view = (
  more: Partial<ProgressView> = {},
  Status: "InProgress" | "RollbackInProgress" | "Baking" = "InProgress",
) => ({
  refresh: progressOf({ InstanceRefreshId: "r", Status, PercentageComplete: 50 }),
  ...{ updated: 1, inService: 3, desired: 3, launching: [], suspended: [], alarms: {} },
  ...more,
});

/** Whether the second view is progress after the first. */
async function moves(first: ProgressView, ...next: ProgressView[]): Promise<boolean> {
  const clock = createClock(() => {});
  clock.show(first);
  for (const one of next.slice(0, -1)) clock.show(one);
  await sleep(20);
  const last = next.at(-1) ?? first;
  clock.show(last);
  return clock.quietMs(last) < 15;
}

describe("the clock of a rollout", () => {
  it("counts more new instances, fewer old ones and another status as progress", async () => {
    assert.ok(await moves(view(), view({ updated: 2 })));
    assert.ok(await moves(view(), view({ inService: 2 })));
    assert.ok(await moves(view(), view({}, "RollbackInProgress")));
    const warm = (InstancesToUpdate: number) => {
      const ProgressDetails = { WarmPoolProgress: { InstancesToUpdate, PercentageComplete: 0 } };
      return view({ refresh: progressOf({ Status: "InProgress", PercentageComplete: 50, ProgressDetails }) });
    };
    assert.ok(await moves(warm(9), warm(8)), "the warm pool is replaced last");
    const back = { refresh: progressOf({ Status: "RollbackInProgress", PercentageComplete: 40 }) };
    assert.ok(await moves(view({}, "RollbackInProgress"), view(back)));
  });

  it("does not count instances that come, go and come again, nor alarms that flap", async () => {
    assert.ok(!(await moves(view(), view({ launching: ["i-1 Pending"] }))));
    assert.ok(!(await moves(view(), view({ updated: 0, inService: 2 }), view())));
    assert.ok(!(await moves(view(), view({ alarms: { errors: "INSUFFICIENT_DATA" } }))));
    assert.ok(!(await moves(view(), view({ desired: 4, inService: 4 }))));
  });

  it("stands still at a checkpoint and while AWS bakes", async () => {
    const waits = view({ checkpoint: { percentage: 50, remainingSeconds: 10 } });
    assert.ok((await moves(waits, waits)) && (await moves(view({}, "Baking"), view({}, "Baking"))));
    const Preferences = { CheckpointPercentages: [50, 100] };
    assert.equal(progressOf({ Preferences }).checkpointDelaySeconds, 3600, "AWS's default");
  });
});
