import assert from "node:assert/strict";
import { pauseMs } from "../../reaper/worker/polling-loop";
import { workerHealth } from "../../reaper/worker/worker-health";

describe("a worker's health", () => {
  const health = (silentMs: number, changes: { heard?: boolean; chefTimeoutMs?: number; draining?: boolean } = {}) => {
    const { heard = true, chefTimeoutMs = 8000, draining = false } = changes;
    return workerHealth({ haveHeard: () => heard, silentMs: () => silentMs }, { chefTimeoutMs, draining });
  };

  it("is good while each loop gets responses from the queue or finishes batches", () => {
    assert.deepEqual(health(20_400), { live: true, ready: true, draining: false, silentSeconds: 20 });
    assert.equal(health(300_000).live, true);
  });

  it("is bad once a loop is silent for longer than any queue or batch takes", () => {
    assert.deepEqual(health(333_000), { live: false, ready: false, draining: false, silentSeconds: 333 });
    assert.equal(health(333_000, { chefTimeoutMs: 60_000 }).live, true);
  });

  it("is not ready before the queue has responded, nor while it drains, but is live", () => {
    assert.deepEqual(health(0, { heard: false }), { live: true, ready: false, draining: false, silentSeconds: 0 });
    assert.deepEqual(health(0, { draining: true }), { live: true, ready: false, draining: true, silentSeconds: 0 });
  });
});

describe("a polling loop's pause", () => {
  it("is zero while the queue responds, then doubles from a second to a minute", () => {
    const longest = [0, 1, 2, 3, 7, 8, 1000].map((failures) => pauseMs(failures, 1));
    assert.deepEqual(longest, [0, 1000, 2000, 4000, 60_000, 60_000, 60_000]);
  });

  it("is spread over half of its length, so that loops do not poll all at once", () => {
    assert.deepEqual([pauseMs(3, 0), pauseMs(3, 0.5)], [2000, 3000]);
  });
});
