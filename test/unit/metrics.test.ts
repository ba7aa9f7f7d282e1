import assert from "node:assert/strict";
import type { Removal } from "../../chef/removal";
import type { ReapServices } from "../../reaper/decide/reap";
import { settleMessage } from "../../reaper/queue/settle";
import { createEmfMetrics } from "../../reaper/telemetry/emf-metrics";
import { createLog } from "../../reaper/telemetry/log";
import { allMetrics, METRICS, type Metric, OTHER_GROUP } from "../../reaper/telemetry/metrics";
import { createPrometheusMetrics } from "../../reaper/telemetry/prometheus-metrics";
import { notification } from "../helpers/messages";
import { recordedMetrics } from "../helpers/metrics";
import { linesWritten } from "../helpers/written";

const ID = "i-0123456789abcdef0";

function services(changes: Partial<ReapServices> = {}): ReapServices {
  let clock = Date.parse("2026-11-22T12:01:00Z");
  return {
    groups: ["web"],
    absenceGraceSeconds: 600,
    dryRun: false,
    now: () => {
      clock += 7;
      return clock;
    },
    instanceState: async () => ({ gone: true, name: "terminated" }),
    remove: async () => ({ node: "deleted", client: "deleted" }),
    completeAction: async () => undefined,
    extendAction: async () => undefined,
    ...changes,
  };
}

/** The metrics of one message, without its duration. */
async function counted(document: unknown, changes: Partial<ReapServices> = {}, queueAnswers = true): Promise<string[]> {
  const metrics = recordedMetrics();
  const answer = async () => {
    if (!queueAnswers) throw new Error("SQS is down");
  };
  const queue = { sendToDeadLetters: answer, delay: answer };
  const log = createLog(() => undefined);
  await settleMessage({ id: "m", body: JSON.stringify(document) }, services(changes), queue, { log, metrics });
  const [duration, ...others] = metrics.counted;
  assert.match(duration ?? "", /^duration \S+ \d+$/);
  return others;
}

const absent = async (): Promise<Removal> => ({ node: "absent", client: "absent" });
const failing = async () => assert.fail("the Chef server is down");

describe("the reaper's metrics", () => {
  it("count a removal, a failure and a dead letter by group", async () => {
    assert.deepEqual(await counted(notification("web", ID)), ["reaped web 1"]);
    assert.deepEqual(await counted(notification("web", ID), { remove: failing }), ["failures web 1"]);
    const running = async () => ({ gone: false, name: "running" });
    assert.deepEqual(await counted(notification("web", ID), { instanceState: running }), ["deadLetters web 1"]);
  });

  it("do not count waiting, nodes that were already gone, or messages without a removal", async () => {
    const late = { remove: absent, absenceGraceSeconds: 0 };
    const waiting = notification("web", ID, { EndTime: "2026-11-22T12:01:00Z", Time: "2026-11-22T12:01:00Z" });
    assert.deepEqual(await counted(waiting, { remove: absent }), []);
    assert.deepEqual(await counted(notification("web", ID), late), []);
    assert.deepEqual(await counted({ Event: "autoscaling:TEST_NOTIFICATION" }), []);
    assert.deepEqual(await counted(notification("web", ID), { dryRun: true }), []);
    assert.deepEqual(await counted("nonsense", { dryRun: true }), []);
  });

  it("count a dead letter that could not be sent as a failure", async () => {
    assert.deepEqual(await counted("nonsense", {}, false), [`failures ${OTHER_GROUP} 1`]);
  });

  it("use no name from a foreign message", async () => {
    assert.deepEqual(await counted(notification("forged", ID)), [`deadLetters ${OTHER_GROUP} 1`]);
  });
});

describe("metrics in the embedded metric format", () => {
  it("are one line per group, with the group as the only dimension, and nothing twice", () => {
    const metrics = createEmfMetrics();
    metrics.add("reaped", "web", 1);
    metrics.add("reaped", "web", 1);
    metrics.add("duration", "web", 12);
    metrics.add("failures", "batch", 1);
    const [web, batch, ...more] = linesWritten(() => metrics.publish()).map((line) => JSON.parse(line));
    assert.deepEqual(more, []);
    const { _aws: format, ...values } = web;
    assert.ok(Math.abs(format.Timestamp - Date.now()) < 60_000);
    assert.deepEqual(format.CloudWatchMetrics, [
      {
        Namespace: "ChefAutoScaling",
        Dimensions: [["Group"]],
        Metrics: [
          { Name: "NodesReaped", Unit: "Count" },
          { Name: "ReapMilliseconds", Unit: "Milliseconds" },
        ],
      },
    ]);
    assert.deepEqual(values, { Group: "web", NodesReaped: [1, 1], ReapMilliseconds: 12 });
    assert.deepEqual([batch.Group, batch.ReapFailures], ["batch", 1]);
    assert.deepEqual(
      linesWritten(() => metrics.publish()),
      [],
    );
  });

  it("keep the dimension when a busy worker fills a line before it is published", () => {
    const metrics = createEmfMetrics();
    const lines = linesWritten(() => {
      for (let count = 0; count < 250; count++) metrics.add("reaped", "web", 1);
      metrics.publish();
    }).map((line) => JSON.parse(line));
    assert.ok(lines.length > 1);
    assert.deepEqual([...new Set(lines.map((line) => line.Group))], ["web"]);
    assert.equal(lines.flatMap((line) => line.NodesReaped).length, 250);
  });
});

describe("metrics in Prometheus' text format", () => {
  it("count by group, convert durations to seconds, and include the process", async () => {
    const prometheus = createPrometheusMetrics();
    const metrics = allMetrics([prometheus, recordedMetrics()]);
    metrics.add("reaped", "web", 2);
    metrics.add("duration", "web", 250);
    metrics.publish();
    const text = await prometheus.text();
    assert.match(prometheus.contentType, /^text\/plain/);
    assert.match(text, /^chef_autoscaling_nodes_reaped_total\{group="web"\} 2$/m);
    assert.match(text, /^chef_autoscaling_reap_duration_seconds_sum\{group="web"\} 0.25$/m);
    assert.match(text, /^process_resident_memory_bytes \d+/m);
  });

  it("include every metric of the table, with different names in both formats", async () => {
    const prometheus = createPrometheusMetrics();
    const text = await prometheus.text();
    const table = Object.keys(METRICS) as Metric[];
    for (const metric of table) assert.ok(text.includes(`# TYPE ${METRICS[metric].prometheus} `), metric);
    assert.equal(
      new Set(table.flatMap((metric) => [METRICS[metric].name, METRICS[metric].prometheus])).size,
      table.length * 2,
    );
  });
});
