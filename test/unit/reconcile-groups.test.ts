import assert from "node:assert/strict";
import type { ReconcileOptions, ReconcileReport } from "../../reaper/reconcile";
import { isReconcileEvent, RECONCILE_EVENT } from "../../reaper/reconcile-event";
import { reconcileGroups } from "../../reaper/reconcile-groups";
import type { LogFields, LogLevel } from "../../reaper/telemetry/log";

const SETTINGS = { dryRun: false, reconcile: { graceSeconds: 900, cap: { share: 0.5, count: 50 } } };
const NOTHING: ReconcileReport = {
  group: "web",
  dryRun: false,
  examined: { nodes: 2, clients: 2, names: 2 },
  living: 2,
  recent: 0,
  planned: [],
  removed: [],
  kept: [],
  notLookedAt: 0,
  foreign: [],
  failed: [],
};

/** Runs over the groups with simulated reports. @param found by group, a report or what is thrown */
async function run(found: Record<string, Partial<ReconcileReport> | Error>, dryRun = false) {
  const lines: { level: LogLevel; message: string; fields?: LogFields }[] = [];
  const counted: string[] = [];
  const asked: ReconcileOptions[] = [];
  const services = {
    log: (level: LogLevel, message: string, fields?: LogFields) => void lines.push({ level, message, fields }),
    metrics: {
      add: (metric: string, group: string, value: number) => void counted.push(`${metric} ${group} ${value}`),
      publish: () => undefined,
    },
    now: () => 0,
    reconcile: async (options: ReconcileOptions) => {
      asked.push(options);
      const report = found[options.group];
      if (report instanceof Error) throw report;
      return { ...NOTHING, group: options.group, dryRun, ...report };
    },
  };
  const groups = Object.keys(found);
  const error = await reconcileGroups({ ...SETTINGS, groups, dryRun }, services).catch(
    (caught: Error) => caught.message,
  );
  const said = lines.map(({ message, fields }) => [message, fields?.node, fields?.decision].filter(Boolean).join(" "));
  return { lines, said, counted, asked, error };
}

describe("the scheduled reconcile", () => {
  it("runs once for each group, with the settings", async () => {
    const { asked, counted, error } = await run({ web: {}, db: {} });
    assert.deepEqual(
      asked.map(({ group, graceSeconds, cap, dryRun }) => ({ group, graceSeconds, cap, dryRun })),
      ["web", "db"].map((group) => ({ group, ...SETTINGS.reconcile, dryRun: false })),
    );
    assert.deepEqual(counted, [
      "reconciled web 0",
      "reconcileStopped web 0",
      "reconciled db 0",
      "reconcileStopped db 0",
    ]);
    assert.equal(error, undefined);
  });

  it("writes one line for each name with a decision, and one for the run", async () => {
    const { said } = await run({
      web: {
        removed: [{ name: "a", node: "deleted", client: "absent", elsewhere: [{ name: "dns", result: "removed" }] }],
        kept: [{ name: "b", why: "w" }],
        foreign: [{ name: "c", why: "w" }],
      },
    });
    assert.deepEqual(said, ["examined a removed", "examined b kept", "examined c foreign", "reconciled"]);
  });

  it("reports in a dry run what would be removed", async () => {
    const { said } = await run({ web: { planned: ["a"] } }, true);
    assert.deepEqual(said, ["examined a dry run: would remove", "reconciled"]);
  });

  it("counts a run that stopped, and does not repeat it", async () => {
    const { lines, counted, error } = await run({ web: { stopped: "too much" } });
    assert.deepEqual([counted.at(-1), error], ["reconcileStopped web 1", undefined]);
    assert.deepEqual([lines.at(-1)?.level, lines.at(-1)?.fields?.stopped], ["error", "too much"]);
  });

  it("goes on after a group that failed, and then fails, so that Lambda tries again", async () => {
    const failed = [{ name: "a", why: "500" }];
    const { asked, error, lines, counted } = await run({ web: new Error("no answer"), db: { failed }, api: {} });
    assert.equal(asked.length, 3);
    assert.match(String(error), /reconcile of web, db failed/);
    assert.equal(lines[0]?.fields?.reason, "no answer");
    const stopped = counted.filter((one) => one.startsWith("reconcileStopped"));
    assert.deepEqual(stopped, ["reconcileStopped web 1", "reconcileStopped db 1", "reconcileStopped api 0"]);
  });

  it("runs only for its own event", () => {
    assert.equal(isReconcileEvent(JSON.parse(JSON.stringify(RECONCILE_EVENT))), true);
    for (const other of [{}, { Records: [] }, { "chef-autoscaling": "other" }])
      assert.equal(isReconcileEvent(other), false);
  });
});
