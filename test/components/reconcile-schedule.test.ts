import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
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
const EVENTS = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const LOG = "aws:cloudwatch/logGroup:LogGroup";

const declareReaper = (reaper: ReaperArgs = {}): Promise<Declaration> =>
  declare(() => new ChefAutoScalingGroup("web", groupArgs({ reaper })));

function variablesOf(declared: Declaration, ending = "reaper-reconcile"): Record<string, string> {
  const { environment } = declared.one(FUNCTION, ending).inputs as {
    environment: { variables: Record<string, string> };
  };
  return environment.variables;
}

const settingsOf = (declared: Declaration, ending?: string) => readSettings(variablesOf(declared, ending));

describe("a group's reconcile", () => {
  it("is invoked in a separate function once an hour, only by this rule", async () => {
    const declared = await declareReaper();
    assert.equal(declared.one(RULE).inputs.scheduleExpression, "rate(1 hour)");
    const target = declared.one(TARGET).inputs;
    assert.equal(isReconcileEvent(JSON.parse(String(target.input))), true);
    assert.equal(target.rule, declared.one(RULE).name);
    assert.match(String(target.arn), /:web-reaper-reconcile$/);
    const { principal, sourceArn, action, ...permission } = declared.one(PERMISSION).inputs;
    assert.deepEqual([principal, action], ["events.amazonaws.com", "lambda:InvokeFunction"]);
    assert.equal(permission.function, "web-reaper-reconcile");
    assert.match(String(sourceArn), /:web-reaper-reconcile$/);
    assert.ok(
      declared.one(TARGET).dependencies.includes(declared.one(PERMISSION).urn),
      "permitted before it is called",
    );
  });

  it("has 15 minutes, its own memory and log, and is not retried when it fails", async () => {
    const declared = await declareReaper({ timeoutSeconds: 60 });
    const { timeout, memorySize, loggingConfig } = declared.one(FUNCTION, "reaper-reconcile").inputs;
    assert.deepEqual([timeout, memorySize], [900, 512]);
    const { inputs } = declared.one(LOG, "reaper-reconcile-log");
    assert.deepEqual([inputs.namePrefix, inputs.retentionInDays], ["/aws/lambda/web-reaper-reconcile-", 30]);
    assert.equal((loggingConfig as { logGroup: string }).logGroup, "web-reaper-reconcile-log");
    const { functionName, maximumRetryAttempts } = declared.one(EVENTS).inputs;
    assert.deepEqual([functionName, maximumRetryAttempts], ["web-reaper-reconcile", 0]);
    const queue = declared.one(FUNCTION, "reaper-function").inputs;
    assert.deepEqual([queue.timeout, queue.memorySize], [60, 256]);
  });

  it("runs with everything that the user adds to the reaper, and the reaper knows its name", async () => {
    const code = new pulumi.asset.FileArchive("own.zip");
    const statements = [{ Sid: "Own", Effect: "Allow" as const, Action: "dns:Delete", Resource: "arn:x" }];
    const declared = await declareReaper({ code, statements, environment: { TEAM: "web" } });
    const { TEAM, REAPER_RECONCILE_FUNCTION: name, ...own } = variablesOf(declared, "reaper-function");
    assert.deepEqual([TEAM, name], ["web", "web-reaper-reconcile"]);
    assert.deepEqual(variablesOf(declared), { TEAM, ...own });
    assert.deepEqual(
      ["reaper-function", "reaper-reconcile"].map((ending) => declared.one(FUNCTION, ending).inputs.code),
      Array(2).fill(declared.one(FUNCTION, "reaper-function").inputs.code),
    );
    const { policy } = declared.one(POLICY, "reaper-reconcile-policy").inputs;
    assert.ok((policy as { Statement: { Sid: string }[] }).Statement.some(({ Sid }) => Sid === "Own"));
  });

  it("passes its settings to the function, which reads the same ones", async () => {
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

  it("uses its share of the request rate to the Chef server", async () => {
    const rate = async (reaper: FunctionReaper) =>
      settingsOf(await declareReaper({ chefRequestsPerSecond: 60, ...reaper }), "reaper-function").chef
        .requestsPerSecond;
    assert.equal(await rate({}), 10);
    assert.equal(await rate({ reconcile: false }), 12);
  });

  it("fires an alarm when a run stops, until one completes", async () => {
    const { inputs } = (await declareReaper()).one(ALARM, "reconcile-stopped");
    assert.deepEqual([inputs.namespace, inputs.metricName], [METRICS_NAMESPACE, METRICS.reconcileStopped.name]);
    assert.deepEqual(inputs.dimensions, { Group: "staging-web" });
    assert.deepEqual([inputs.threshold, inputs.statistic, inputs.treatMissingData], [0, "Maximum", "ignore"]);
  });

  it("does not exist if it is turned off, or if there is no function", async () => {
    for (const reaper of [{ reconcile: false }, { mode: "worker" }] as const) {
      const declared = await declareReaper(reaper);
      const types = declared.resources.map(({ type }) => type);
      assert.ok(![RULE, TARGET, PERMISSION, EVENTS].some((type) => types.includes(type)), JSON.stringify(reaper));
      for (const alarm of ["reconcile-stopped", "dropped-events"]) assert.throws(() => declared.one(ALARM, alarm));
      assert.throws(() => declared.one(FUNCTION, "reaper-reconcile"));
    }
  });
});

describe("the function's reserved concurrency", () => {
  it("is not set by default, or as configured", async () => {
    const reserved = async (args: ReaperArgs) =>
      (await declareReaper(args)).one(FUNCTION, "reaper-function").inputs.reservedConcurrentExecutions;
    assert.equal(await reserved({}), undefined);
    assert.equal(await reserved({ reservedConcurrency: 5 }), 5);
    assert.equal(await reserved({ reservedConcurrency: 2, maximumConcurrency: 2 }), 2);
  });
});
