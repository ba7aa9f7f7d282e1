import assert from "node:assert/strict";
import type { Activity } from "../../rollout/failures";
import { watchLaunches } from "../../rollout/launch-watch";

type Watched = Parameters<typeof watchLaunches>[0];

const failed = (id: string, instanceId: string): Activity => ({
  id,
  startedAt: 2,
  status: "Cancelled",
  description: `Launching a new EC2 instance: ${instanceId}`,
  message: "abandoned",
});

describe("failed launches during a rollout", () => {
  const counted = async (earlier: readonly string[]) => {
    const activities = async () => [failed("a-1", "i-00000001"), failed("a-2", "i-00000002")];
    const run = { access: { activities, console: async () => [] }, state: {}, kept: new Map(), say: () => {} };
    const watch = watchLaunches({ ...run, earlier: new Set(earlier) } as unknown as Watched, 1);
    await watch.look();
    return watch.failures().map(({ instanceId }) => instanceId);
  };

  it("all count, oldest first", async () => {
    assert.deepEqual(await counted([]), ["i-00000002", "i-00000001"]);
  });

  it("do not count if activity or instance existed before the version was saved", async () => {
    assert.deepEqual(await counted(["a-1"]), ["i-00000002"]);
    assert.deepEqual(await counted(["i-00000002"]), ["i-00000001"]);
  });
});
