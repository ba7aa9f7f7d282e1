import assert from "node:assert/strict";
import { ChefAutoScalingGroup, type FunctionReaper, type ReaperArgs } from "../../components";
import { isReconcileEvent } from "../../reaper/reconcile-event";
import { readSettings } from "../../reaper/settings/settings";
import { METRICS, METRICS_NAMESPACE } from "../../reaper/telemetry/metrics";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const PERMISSION = "aws:lambda/permission:Permission";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FUNCTION = "aws:lambda/function:Function";

const declareReaper = (reaper: ReaperArgs = {}): Promise<Declaration> =>
  declare(() => new ChefAutoScalingGroup("web", groupArgs({ reaper })));

function settingsOf(declared: Declaration) {
  const { environment } = declared.one(FUNCTION).inputs as { environment: { variables: Record<string, string> } };
  return readSettings(environment.variables);
}

describe("a group's reconcile", () => {
  it("is asked of the reaper's function once an hour, by this rule alone", async () => {
    const declared = await declareReaper();
    assert.equal(declared.one(RULE).inputs.scheduleExpression, "rate(1 hour)");
    const target = declared.one(TARGET).inputs;
    assert.equal(isReconcileEvent(JSON.parse(String(target.input))), true);
    assert.equal(target.rule, declared.one(RULE).name);
    assert.match(String(target.arn), /:web-reaper-function$/);
    const { principal, sourceArn, action } = declared.one(PERMISSION).inputs;
    assert.deepEqual([principal, action], ["events.amazonaws.com", "lambda:InvokeFunction"]);
    assert.match(String(sourceArn), /:web-reaper-reconcile$/);
    assert.ok(
      declared.one(TARGET).dependencies.includes(declared.one(PERMISSION).urn),
      "permitted before it is called",
    );
  });

  it("takes its settings to the function, which reads the same", async () => {
    const reconcile = {
      graceSeconds: 60,
      maxDeletions: 7,
      maxDeletionShare: 0.25,
      scheduleExpression: "rate(2 hours)",
    };
    const declared = await declareReaper({ reconcile });
    assert.deepEqual(settingsOf(declared).reconcile, { graceSeconds: 60, cap: { count: 7, share: 0.25 } });
    assert.equal(declared.one(RULE).inputs.scheduleExpression, "rate(2 hours)");
    assert.deepEqual(settingsOf(await declareReaper()).reconcile, {
      graceSeconds: 900,
      cap: { count: 50, share: 0.5 },
    });
  });

  it("takes its part of the requests that the Chef server is to get", async () => {
    const rate = async (reaper: FunctionReaper) =>
      settingsOf(await declareReaper({ chefRequestsPerSecond: 60, ...reaper })).chef.requestsPerSecond;
    assert.equal(await rate({}), 10);
    assert.equal(await rate({ reconcile: false }), 12);
  });

  it("alarms when a run stops, until one is whole again", async () => {
    const { inputs } = (await declareReaper()).one(ALARM, "reconcile-stopped");
    assert.deepEqual([inputs.namespace, inputs.metricName], [METRICS_NAMESPACE, METRICS.reconcileStopped.name]);
    assert.deepEqual(inputs.dimensions, { Group: "staging-web" });
    assert.deepEqual([inputs.threshold, inputs.statistic, inputs.treatMissingData], [0, "Maximum", "ignore"]);
  });

  it("is not there where it is not wanted, or no function is there to call", async () => {
    for (const reaper of [{ reconcile: false }, { mode: "worker" }] as const) {
      const declared = await declareReaper(reaper);
      const types = declared.resources.map(({ type }) => type);
      assert.ok(![RULE, TARGET, PERMISSION].some((type) => types.includes(type)), JSON.stringify(reaper));
      assert.throws(() => declared.one(ALARM, "reconcile-stopped"));
    }
  });
});

describe("the function's reserved concurrency", () => {
  it("is none by itself, or as it is set", async () => {
    const reserved = async (args: ReaperArgs) =>
      (await declareReaper(args)).one(FUNCTION).inputs.reservedConcurrentExecutions;
    assert.equal(await reserved({}), undefined);
    assert.equal(await reserved({ reservedConcurrency: 6 }), 6);
    assert.equal(await reserved({ reservedConcurrency: 3, maximumConcurrency: 2 }), 3);
  });
});
