import assert from "node:assert/strict";
import { startReconcileTimer } from "../../reaper/reconcile-timer";
import { createLog } from "../../reaper/telemetry/log";

describe("a worker's reconcile timer", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));

  it("runs repeatedly, whether a run fails or not, and passes the stop signal to each run", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const twice = new Promise<() => Promise<void>>((resolve) => {
      const reconcile = async (signal?: AbortSignal) => {
        if (signals.push(signal) === 2) resolve(() => timer.stop());
        throw new Error("the run of web failed");
      };
      const timer = startReconcileTimer({ reconcile }, { minutes: 0.0005, log, random: () => 0 });
    });
    const stop = await twice;
    await stop();
    assert.ok(signals.every((signal) => signal?.aborted));
    assert.match(lines.join(), /"level":"error","message":"Error: the run of web failed"/);
    const count = signals.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(signals.length, count, "none after the stop");
  });

  it("aborts a run in progress, and waits for it", async () => {
    let ended = false;
    const begun = new Promise<() => Promise<void>>((resolve) => {
      const reconcile = (signal?: AbortSignal) =>
        new Promise<void>((done) => {
          signal?.addEventListener("abort", () => {
            ended = true;
            done();
          });
          resolve(() => timer.stop());
        });
      const timer = startReconcileTimer({ reconcile }, { minutes: 1, log, random: () => 0 });
    });
    const stop = await begun;
    await stop();
    assert.ok(ended);
  });

  it("waits first, and never runs if it is turned off", async () => {
    const reconcile = () => assert.fail("no run is due");
    await startReconcileTimer({ reconcile }, { minutes: 60, log, random: () => 0.5 }).stop();
    await startReconcileTimer({ reconcile }, { minutes: 0, log, random: () => 0 }).stop();
  });
});
