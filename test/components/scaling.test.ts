import assert from "node:assert/strict";
import { ChefAutoScalingGroup, type ScaleInRule, type ScaleOutRule, type Scaling } from "../../components";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";

const POLICY = "aws:autoscaling/policy:Policy";

function declareScaling(scaling: Scaling): Promise<Declaration> {
  return declare(() => new ChefAutoScalingGroup("web", groupArgs({ scaling, observation: { alarms: false } })));
}

describe("scaling", () => {
  it("takes steps that each end where the next begins, in both directions", async () => {
    const declared = await declareScaling({
      out: {
        steps: [
          { from: 0, adjustment: 1 },
          { from: 15, adjustment: 3 },
        ],
      },
      in: {
        steps: [
          { from: 0, adjustment: -1 },
          { from: -20, adjustment: -2 },
        ],
      },
    });
    assert.deepEqual(declared.one(POLICY, "scale-out-policy").inputs.stepAdjustments, [
      { metricIntervalLowerBound: "0", metricIntervalUpperBound: "15", scalingAdjustment: 1 },
      { metricIntervalLowerBound: "15", scalingAdjustment: 3 },
    ]);
    assert.deepEqual(declared.one(POLICY, "scale-in-policy").inputs.stepAdjustments, [
      { metricIntervalLowerBound: "-20", metricIntervalUpperBound: "0", scalingAdjustment: -1 },
      { metricIntervalUpperBound: "-20", scalingAdjustment: -2 },
    ]);
  });

  it("counts in percent of the group, by one instance at least", async () => {
    const { inputs } = (await declareScaling({ out: { unit: "percent", adjustment: 25 } })).one(POLICY);
    assert.deepEqual([inputs.adjustmentType, inputs.minAdjustmentMagnitude], ["PercentChangeInCapacity", 1]);
  });

  it("alarms on any metric, statistic and missing data", async () => {
    const metric = { namespace: "App", metricName: "Latency", dimensions: { Service: "web" } };
    const out = { metric, statistic: "p99" as const, datapointsToAlarm: 1, treatMissingData: "breaching" as const };
    const { inputs } = (await declareScaling({ out })).one("aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.deepEqual(
      [inputs.namespace, inputs.metricName, inputs.dimensions, inputs.extendedStatistic, inputs.statistic],
      ["App", "Latency", { Service: "web" }, "p99", undefined],
    );
    assert.deepEqual([inputs.datapointsToAlarm, inputs.treatMissingData], [1, "breaching"]);
  });

  it("keeps metrics at a value", async () => {
    const declared = await declareScaling({
      targets: {
        cpu: { target: 50 },
        backlog: {
          target: 10,
          metric: { kind: "custom", namespace: "App", metricName: "Backlog" },
          disableScaleIn: true,
        },
      },
    });
    const predefined = declared.one(POLICY, "target-cpu").inputs.targetTrackingConfiguration;
    assert.deepEqual(predefined, {
      targetValue: 50,
      disableScaleIn: false,
      predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
    });
    const custom = declared.one(POLICY, "target-backlog").inputs.targetTrackingConfiguration as Record<string, unknown>;
    assert.deepEqual(custom.customizedMetricSpecification, {
      namespace: "App",
      metricName: "Backlog",
      statistic: "Average",
      metricDimensions: [{ name: "AutoScalingGroupName", value: "staging-web" }],
    });
  });

  it("goes by the clock, and leaves sizes that are not named as they are", async () => {
    const schedules = { morning: { recurrence: "0 8 * * 1-5", timeZone: "Europe/Paris", min: 4 } };
    const { inputs } = (await declareScaling({ schedules })).one("aws:autoscaling/schedule:Schedule");
    assert.deepEqual([inputs.minSize, inputs.maxSize, inputs.desiredCapacity], [4, -1, -1]);
    assert.deepEqual([inputs.recurrence, inputs.timeZone], ["0 8 * * 1-5", "Europe/Paris"]);
    assert.equal(inputs.scheduledActionName, "morning");
  });

  it("has no place for what AWS would ignore", () => {
    // @ts-expect-error a simple policy has no warm-up
    const simple: ScaleOutRule = { policy: { kind: "simple", warmupSeconds: 60 } };
    // @ts-expect-error a step policy has no cooldown
    const step: ScaleOutRule = { policy: { kind: "step", cooldownSeconds: 60 } };
    // @ts-expect-error removing an instance warms nothing up
    const inward: ScaleInRule = { policy: { kind: "step", warmupSeconds: 60 } };
    // @ts-expect-error a simple policy has no steps
    const steps: ScaleOutRule = { policy: { kind: "simple" }, steps: [{ from: 0, adjustment: 1 }] };
    // @ts-expect-error a count of instances has no least
    const least: ScaleOutRule = { minimumInstances: 2 };
    assert.equal([simple, step, inward, steps, least].length, 5);
  });
});
