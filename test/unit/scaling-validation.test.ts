import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { type Scaling, type ScalingMetric, scalingIssues } from "../../components/scaling";
import { scaling as kind } from "../../components/scaling/scaling-shape";
import { argumentIssues } from "../../components/validation/check-arguments";
import { soundSteps } from "../helpers/sound-arguments";

function properties(scaling: Scaling): string[] {
  const issues = argumentIssues({ scaling }, { scaling: kind }, [({ scaling }) => scalingIssues(scaling)]);
  return issues.map(({ property }) => property);
}

/** Settings from a configuration file, which are not type-checked. */
function untyped(scaling: Record<string, unknown>): Scaling {
  return scaling as Scaling;
}

const ONE = { namespace: "App", metricName: "One" };

function math(expression: string) {
  return { expression, metrics: { a: ONE, b: { namespace: "App", metricName: "Two" } } };
}

const CASES: Array<[string, Scaling, ...string[]]> = [
  ["thresholds that cross", { out: { threshold: 30 }, in: { threshold: 30 } }, "scaling.in.threshold"],
  ["a period of 45 s", { out: { periodSeconds: 45 } }, "scaling.out.periodSeconds"],
  [
    "no period to look at",
    { out: { evaluationPeriods: 0, datapointsToAlarm: 0 } },
    "scaling.out.evaluationPeriods",
    "scaling.out.datapointsToAlarm",
  ],
  ["more datapoints than periods", { in: { datapointsToAlarm: 6 } }, "scaling.in.datapointsToAlarm"],
  ["a percentile above 100", { out: { statistic: "p101" } }, "scaling.out.statistic"],
  ["scale-in that adds", { in: { adjustment: 1 } }, "scaling.in.adjustment"],
  ["scale-out by half an instance", { out: { adjustment: 0.5 } }, "scaling.out.adjustment"],
  [
    "a cooldown of two days",
    { out: { policy: { kind: "simple", cooldownSeconds: 172_800 } } },
    "scaling.out.policy.cooldownSeconds",
  ],
  [
    "steps of a simple policy",
    untyped({ out: { policy: { kind: "simple" }, steps: [{ from: 0, adjustment: 1 }] } }),
    "scaling.out.steps",
  ],
  ["no steps at all", { out: { steps: [] } }, "scaling.out.steps"],
  ["a first step off the threshold", { out: { steps: [{ from: 5, adjustment: 1 }] } }, "scaling.out.steps.0.from"],
  ["a target of nothing", { targets: { cpu: { target: 0 } } }, "scaling.targets.cpu.target"],
  ["a target's name with a slash", { targets: { "a/b": { target: 1 } } }, "scaling.targets.a/b"],
  [
    "a schedule that changes nothing",
    { schedules: { night: { recurrence: "0 22 * * *" } } },
    "scaling.schedules.night.min",
  ],
  ["a schedule at no time", untyped({ schedules: { night: { min: 1 } } }), "scaling.schedules.night.recurrence"],
  [
    "six cron fields",
    { schedules: { night: { recurrence: "0 0 22 * * *", min: 1 } } },
    "scaling.schedules.night.recurrence",
  ],
  [
    "a zone of no map",
    { schedules: { night: { recurrence: "0 22 * * *", timeZone: "Mars/Base", min: 1 } } },
    "scaling.schedules.night.timeZone",
  ],
  ...[
    "60 22 * * *",
    "0 24 * * *",
    "0 0 0 * *",
    "0 0 * 13 *",
    "0 0 * * 8",
    "0 0 * * FOO",
    "0 9-5 * * *",
    "*/0 * * * *",
  ].map((recurrence): [string, Scaling, string] => [
    `the cron '${recurrence}'`,
    { schedules: { night: { recurrence, min: 1 } } },
    "scaling.schedules.night.recurrence",
  ]),
  ...["europe/berlin", "Europe/berlin", "EST", "asia/Kolkata", "+02:00"].map((timeZone): [string, Scaling, string] => [
    `the zone '${timeZone}'`,
    { schedules: { night: { recurrence: "0 22 * * *", timeZone, min: 1 } } },
    "scaling.schedules.night.timeZone",
  ]),
  [
    "two actions at one time, and two of one recurrence",
    {
      schedules: {
        once: { startTime: "2040-01-31T08:00:00Z", max: 1 },
        again: { startTime: "2040-01-31T08:00:00Z", min: 1 },
        night: { recurrence: "0 22 * * 1-5", min: 0 },
        late: { recurrence: "0  22 * * 1-5", timeZone: "UTC", max: 3 },
      },
    },
    "scaling.schedules.again.startTime",
    "scaling.schedules.late.recurrence",
  ],
  [
    "a day that no calendar has",
    { schedules: { once: { startTime: "2030-02-30T00:00:00Z", max: 1 } } },
    "scaling.schedules.once.startTime",
  ],
  [
    "an end before the beginning",
    {
      schedules: {
        night: {
          recurrence: "0 22 * * *",
          startTime: "2030-01-02T00:00:00Z",
          endTime: "2030-01-01T00:00:00Z",
          min: 1,
        },
      },
    },
    "scaling.schedules.night.endTime",
  ],
  [
    "thresholds that cross, the metric of one written out",
    { out: { threshold: 30 }, in: { threshold: 60, metric: { namespace: "AWS/EC2", metricName: "CPUUtilization" } } },
    "scaling.in.threshold",
  ],
  [
    "a moment without its zone",
    { schedules: { once: { startTime: "2030-01-01T00:00:00", max: 1 } } },
    "scaling.schedules.once.startTime",
  ],
  [
    "two rules without a name, and two of one name",
    { out: [{}, {}, { name: "a", threshold: 90 }, { name: "a", threshold: 95 }] },
    "scaling.out.1.name",
    "scaling.out.3.name",
  ],
  ["a rule's name with a slash", { out: [{ name: "a/b" }] }, "scaling.out.0.name"],
  [
    "a threshold that reaches that of another rule, one not enabled too",
    {
      out: [{ threshold: 80 }, { name: "early", threshold: 40, enabled: false }],
      in: [{ threshold: 20 }, { name: "late", threshold: 50 }],
    },
    "scaling.in.1.threshold",
  ],
  [
    "thresholds that cross on one expression",
    { out: { metric: math("a / b"), threshold: 5 }, in: { metric: math("a / b"), threshold: 6 } },
    "scaling.in.threshold",
  ],
  ["a metric without its name", untyped({ out: { metric: { namespace: "App" } } }), "scaling.out.metric.metricName"],
  ["an expression without metrics", untyped({ out: { metric: { expression: "1" } } }), "scaling.out.metric.metrics"],
  [
    "one metric and an expression",
    untyped({ out: { metric: { ...math("a"), namespace: "App" } } }),
    "scaling.out.metric.namespace",
  ],
  ["an expression of what is not there", { out: { metric: math("a / c") } }, "scaling.out.metric.expression"],
  ["SEARCH in an alarm", { out: { metric: math("SUM(SEARCH('x', 'Sum'))") } }, "scaling.out.metric.expression"],
  // https://github.com/hashicorp/terraform-provider-aws/issues/28617
  [
    "a query of Metrics Insights in an alarm",
    { out: { metric: math('SELECT AVG(CPUUtilization) FROM "AWS/EC2"') } },
    "scaling.out.metric.expression",
  ],
  ["a band in an alarm", { out: { metric: math("ANOMALY_DETECTION_BAND(a, 2)") } }, "scaling.out.metric.expression"],
  [
    "more metrics than an alarm takes",
    { in: { metric: { expression: "1", metrics: Object.fromEntries([..."abcdefghijk"].map((id) => [id, ONE])) } } },
    "scaling.in.metric.metrics",
  ],
  [
    "ids that CloudWatch does not take",
    { out: { metric: { ...math("1"), metrics: { A: ONE, result: ONE } } } },
    "scaling.out.metric.metrics.A",
    "scaling.out.metric.metrics.result",
  ],
  ["a statistic beside an expression", { out: { metric: math("a + b"), statistic: "Sum" } }, "scaling.out.statistic"],
  [
    "a short period of AWS's metrics in an expression",
    { out: { metric: { ...math("a"), metrics: { a: { ...ONE, namespace: "AWS/SQS" } } }, periodSeconds: 30 } },
    "scaling.out.periodSeconds",
  ],
  [
    "a target's expression of what is not there",
    { targets: { load: { target: 1, metric: { kind: "math", ...math("c") } } } },
    "scaling.targets.load.metric.expression",
  ],
  [
    "a target's expression that has no metrics",
    untyped({ targets: { load: { target: 1, metric: { kind: "math", expression: "1" } } } }),
    "scaling.targets.load.metric.metrics",
  ],
  ["a forecast of nothing", { predictive: { cpu: { target: 0 } } }, "scaling.predictive.cpu.target"],
  [
    "instances an hour ahead",
    { predictive: { cpu: { target: 50, schedulingBufferSeconds: 3600 } } },
    "scaling.predictive.cpu.schedulingBufferSeconds",
  ],
  [
    "requests of no load balancer",
    untyped({ predictive: { web: { target: 9, metric: { kind: "requestsPerInstance" } } } }),
    "scaling.predictive.web.metric.resourceLabel",
  ],
  [
    "a schedule whose min is above its max",
    { schedules: { night: { recurrence: "0 22 * * *", min: 3, max: 2 } } },
    "scaling.schedules.night.min",
  ],
];

describe("the arguments of scaling", () => {
  for (const [title, scaling, ...expected] of CASES) {
    it(`refuse ${title}`, () => assert.deepEqual(properties(scaling), expected));
  }

  it("compare thresholds on the same metric, and outputs by identity", () => {
    const [queue, other] = ["web", "jobs"].map((name) => pulumi.output(Promise.resolve(name)));
    const metric = (QueueName: pulumi.Input<string> = "") => ({
      namespace: "App",
      metricName: "Depth",
      dimensions: { QueueName },
    });
    const rules = (inward: ScalingMetric): Scaling => ({
      out: { threshold: 30, metric: metric(queue) },
      in: { threshold: 60, metric: inward },
    });
    assert.deepEqual(properties(rules(metric(queue))), ["scaling.in.threshold"]);
    assert.deepEqual(properties(rules(metric(other))), []);
  });

  it("accept several rules and expressions in any form that AWS accepts", () => {
    const metric = math("IF(a > 5, 100 * a / (a + b), FILL(b, 0)) + 1e3");
    const sound: Scaling[] = [
      { out: [{ threshold: 80 }, { name: "two", threshold: 60 }], in: [{ threshold: 50 }] },
      { out: [{ metric, threshold: 10 }], in: { metric: math("a"), threshold: 90 } },
      { out: [], in: [] },
    ];
    for (const scaling of sound) assert.deepEqual(properties(scaling), []);
  });

  it("accept a schedule's cron and time zone in any form that AWS accepts", () => {
    const recurrences = ["*/15 8-18 * * 1-5", "0,30 0 1,15 JAN-MAR,DEC *", "0 0 * * mon,7", "5/10 * * * SUN-SAT"];
    const zones = [
      "UTC",
      "Etc/UTC",
      "Etc/GMT+9",
      "Asia/Kolkata",
      "America/Port-au-Prince",
      "America/Argentina/Buenos_Aires",
    ];
    for (const recurrence of recurrences) {
      for (const timeZone of zones) {
        assert.deepEqual(properties({ schedules: { night: { recurrence, timeZone, min: 1 } } }), [], recurrence);
      }
    }
    for (const timeZone of Intl.supportedValuesOf("timeZone")) {
      const night = { recurrence: "0 22 * * *", timeZone, min: 1 };
      assert.deepEqual(properties({ schedules: { night } }), [], timeZone);
    }
  });

  it("never accept thresholds without a gap, whatever their values", () => {
    const threshold = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(threshold, threshold, (high, low) => {
        const refused = properties({ out: { threshold: high }, in: { threshold: low } });
        assert.equal(refused.includes("scaling.in.threshold"), low >= high);
      }),
    );
  });

  it("accept any steps that lead away from the threshold", () => {
    fc.assert(
      fc.property(soundSteps(1), soundSteps(-1), (out, inward) => {
        assert.deepEqual(properties({ out: { steps: out }, in: { steps: inward } }), []);
      }),
    );
  });

  it("refuse steps that overlap, of the wrong sign, or too many", () => {
    fc.assert(
      fc.property(soundSteps(1), fc.nat(), (steps, seed) => {
        const at = seed % steps.length;
        const flipped = steps.map((step, index) => (index === at ? { ...step, adjustment: -step.adjustment } : step));
        assert.deepEqual(properties({ out: { steps: flipped } }), [`scaling.out.steps.${at}.adjustment`]);
        const overlapping = [...steps, { from: steps[at]?.from ?? 0, adjustment: 1 }].slice(-40);
        if (steps.length < 40)
          assert.ok(properties({ out: { steps: overlapping } }).includes(`scaling.out.steps.${steps.length}.from`));
      }),
    );
    const many = Array.from({ length: 41 }, (_, from) => ({ from, adjustment: 1 }));
    assert.deepEqual(properties({ out: { steps: many } }), ["scaling.out.steps"]);
  });
});
