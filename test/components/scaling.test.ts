import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  ChefAutoScalingGroup,
  type Health,
  type RootVolume,
  SCALING_DEFAULTS,
  type ScaleInRule,
  type ScaleOutRule,
  type Scaling,
  type Schedule,
  type TargetTracking,
} from "../../components";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";
import { documentedDefaults } from "../helpers/sources";

const POLICY = "aws:autoscaling/policy:Policy";
const CUSTOM = { kind: "custom", namespace: "App", metricName: "Latency" } as const;

/** The number of messages for each instance. */
const BACKLOG = {
  expression: "waiting / instances",
  metrics: {
    waiting: {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "jobs" },
      statistic: "Maximum",
    },
    instances: { namespace: "AWS/AutoScaling", metricName: "GroupInServiceInstances" },
  },
} as const;

function declareScaling(scaling: Scaling): Promise<Declaration> {
  return declare(() => new ChefAutoScalingGroup("web", groupArgs({ scaling, observation: { alarms: false } })));
}

describe("scaling", () => {
  it("has steps that each end where the next one begins, in both directions", async () => {
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

  it("counts in percent of the group, at least one instance", async () => {
    const { inputs } = (await declareScaling({ out: { unit: "percent", adjustment: 25 } })).one(POLICY);
    assert.deepEqual([inputs.adjustmentType, inputs.minAdjustmentMagnitude], ["PercentChangeInCapacity", 1]);
  });

  it("uses the group's own warm-up if a policy has none", async () => {
    const warmup = async (out: ScaleOutRule) => {
      const args = groupArgs({ scaling: { out }, defaultInstanceWarmupSeconds: 900 });
      const declared = await declare(() => new ChefAutoScalingGroup("web", args));
      return declared.one(POLICY).inputs.estimatedInstanceWarmup;
    };
    assert.equal(await warmup({}), 900);
    assert.equal(await warmup({ policy: { kind: "step", warmupSeconds: 60 } }), 60);
  });

  // https://github.com/hashicorp/terraform-provider-aws/issues/32947
  it("states the warm-up of a target, which the provider would set to 0 at the first change", async () => {
    const warmup = async (target: TargetTracking, defaultInstanceWarmupSeconds?: number) => {
      const args = groupArgs({ scaling: { targets: { cpu: target } }, defaultInstanceWarmupSeconds });
      return (await declare(() => new ChefAutoScalingGroup("web", args))).one(POLICY).inputs.estimatedInstanceWarmup;
    };
    assert.equal(await warmup({ target: 50 }), 300);
    assert.equal(await warmup({ target: 50 }, 900), 900);
    assert.equal(await warmup({ target: 50, warmupSeconds: 0 }, 900), 0);
  });

  it("uses any metric, statistic and treatment of missing data", async () => {
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

  it("accepts several rules, and keeps the names of a rule without a name", async () => {
    const metric = { namespace: "App", metricName: "Backlog" };
    const declared = await declareScaling({
      out: [{ threshold: 60 }, { name: "backlog", metric, threshold: 100, adjustment: 3 }],
      in: { name: "idle", threshold: 20, enabled: false },
    });
    const policies = declared.resources.filter(({ type }) => type === POLICY).map(({ name }) => name);
    assert.deepEqual(policies.sort(), [
      "web-scale-in-idle-policy",
      "web-scale-out-backlog-policy",
      "web-scale-out-policy",
    ]);
    const alarm = (name: string) => declared.one("aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs;
    assert.equal(alarm("scale-out-alarm").threshold, 60);
    assert.deepEqual(
      [alarm("scale-out-backlog-alarm").metricName, alarm("scale-in-idle-alarm").threshold],
      ["Backlog", 20],
    );
    assert.equal(declared.one(POLICY, "scale-in-idle-policy").inputs.enabled, false);
    assert.equal(declared.one(POLICY, "scale-out-policy").inputs.enabled, undefined);
  });

  it("uses metric math in alarms, each metric with the rule's period", async () => {
    const { inputs } = (await declareScaling({ out: { metric: BACKLOG, periodSeconds: 300, threshold: 100 } })).one(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
    );
    assert.deepEqual(inputs.metricQueries, [
      {
        id: "waiting",
        metric: {
          namespace: "AWS/SQS",
          metricName: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: "jobs" },
          stat: "Maximum",
          period: 300,
        },
        returnData: false,
      },
      {
        id: "instances",
        metric: {
          namespace: "AWS/AutoScaling",
          metricName: "GroupInServiceInstances",
          dimensions: { AutoScalingGroupName: "staging-web" },
          stat: "Average",
          period: 300,
        },
        returnData: false,
      },
      { id: "result", expression: "waiting / instances", label: "waiting / instances", returnData: true },
    ]);
    // CloudWatch accepts none of these together with queries
    const { namespace, metricName, dimensions, period, statistic, extendedStatistic } = inputs;
    const beside = [namespace, metricName, dimensions, period, statistic, extendedStatistic];
    assert.deepEqual(
      beside.filter((value) => value !== undefined),
      [],
    );
  });

  it("keeps metric math at a value", async () => {
    const targets = { backlog: { target: 10, metric: { kind: "math" as const, ...BACKLOG }, enabled: false } };
    const { inputs } = (await declareScaling({ targets })).one(POLICY, "target-backlog");
    const { customizedMetricSpecification: specification } = inputs.targetTrackingConfiguration as {
      customizedMetricSpecification: { metrics: Array<Record<string, unknown>> };
    };
    assert.deepEqual(Object.keys(specification), ["metrics"]);
    assert.deepEqual(specification.metrics[0], {
      id: "waiting",
      metricStat: {
        metric: {
          namespace: "AWS/SQS",
          metricName: "ApproximateNumberOfMessagesVisible",
          dimensions: [{ name: "QueueName", value: "jobs" }],
        },
        stat: "Maximum",
      },
      returnData: false,
    });
    assert.equal(specification.metrics[2]?.expression, "waiting / instances");
    assert.equal(inputs.enabled, false);
  });

  it("only forecasts by default", async () => {
    const resourceLabel = "app/web/1/targetgroup/web/2";
    const declared = await declareScaling({
      predictive: {
        cpu: { target: 50 },
        requests: {
          target: 900,
          metric: { kind: "requestsPerInstance", resourceLabel },
          mode: "ForecastAndScale",
          schedulingBufferSeconds: 600,
          maxCapacityBufferPercent: 0,
        },
      },
    });
    const configuration = (name: string) => declared.one(POLICY, name).inputs.predictiveScalingConfiguration;
    assert.equal(declared.one(POLICY, "predictive-cpu").inputs.policyType, "PredictiveScaling");
    assert.deepEqual(configuration("predictive-cpu"), {
      mode: "ForecastOnly",
      maxCapacityBreachBehavior: "HonorMaxCapacity",
      metricSpecification: {
        targetValue: 50,
        predefinedMetricPairSpecification: { predefinedMetricType: "ASGCPUUtilization" },
      },
    });
    assert.deepEqual(configuration("predictive-requests"), {
      mode: "ForecastAndScale",
      schedulingBufferTime: "600",
      maxCapacityBreachBehavior: "IncreaseMaxCapacity",
      maxCapacityBuffer: "0",
      metricSpecification: {
        targetValue: 900,
        predefinedMetricPairSpecification: { predefinedMetricType: "ALBRequestCount", resourceLabel },
      },
    });
  });

  it("is an output, policy by policy and alarm by alarm", async () => {
    const outputs: Record<string, unknown> = {};
    const scaling: Scaling = {
      out: [{}, { name: "late", threshold: 90 }],
      targets: { cpu: { target: 50 } },
      predictive: { cpu: { target: 50 } },
    };
    await declare(() => {
      const group = new ChefAutoScalingGroup("web", groupArgs({ scaling, observation: { alarms: false } }));
      const { scalingPolicyArns, scalingAlarmArns, queueArn, deadLetterQueueArn, alarmArns } = group;
      const { reconcileFunctionName } = group;
      const others = { queueArn, deadLetterQueueArn, alarmArns, reconcileFunctionName };
      pulumi.output({ scalingPolicyArns, scalingAlarmArns, ...others }).apply((known) => Object.assign(outputs, known));
    });
    const arn = (type: string, name: string) => `arn:aws:${type}:eu-west-3:123456789012:${name}`;
    assert.deepEqual(outputs.scalingPolicyArns, {
      out: arn("autoscaling/policy", "web-scale-out-policy"),
      "out-late": arn("autoscaling/policy", "web-scale-out-late-policy"),
      "target-cpu": arn("autoscaling/policy", "web-target-cpu"),
      "predictive-cpu": arn("autoscaling/policy", "web-predictive-cpu"),
    });
    assert.deepEqual(outputs.scalingAlarmArns, {
      out: arn("cloudwatch/metricAlarm", "web-scale-out-alarm"),
      "out-late": arn("cloudwatch/metricAlarm", "web-scale-out-late-alarm"),
    });
    const { queueArn, deadLetterQueueArn, alarmArns, reconcileFunctionName } = outputs;
    assert.deepEqual(
      [queueArn, deadLetterQueueArn, alarmArns],
      [arn("sqs/queue", "web-events-queue"), arn("sqs/queue", "web-events-dead-letters"), []],
    );
    assert.equal(reconcileFunctionName, "web-reaper-reconcile");
  });

  it("follows schedules, and does not change sizes that they do not set", async () => {
    const schedules = { morning: { recurrence: "0 8 * * 1-5", timeZone: "Europe/Paris", min: 4 } };
    const { inputs } = (await declareScaling({ schedules })).one("aws:autoscaling/schedule:Schedule");
    assert.deepEqual([inputs.minSize, inputs.maxSize, inputs.desiredCapacity], [4, -1, -1]);
    assert.deepEqual([inputs.recurrence, inputs.timeZone], ["0 8 * * 1-5", "Europe/Paris"]);
    assert.equal(inputs.scheduledActionName, "morning");
  });

  it("replaces a changed schedule, and declares nothing for one that has passed", async () => {
    const TYPE = "aws:autoscaling/schedule:Schedule";
    const schedules: Record<string, Schedule> = {
      gone: { startTime: "2020-01-01T00:00:00Z", min: 1 },
      ended: { recurrence: "0 8 * * *", endTime: "2020-01-01T00:00:00Z", min: 1 },
      begun: { recurrence: "0 8 * * *", startTime: "2020-01-01T00:00:00Z", min: 1 },
      ahead: { startTime: "2099-01-01T00:00:00Z", min: 1 },
    };
    const declared = await declareScaling({ schedules });
    assert.equal(declared.resources.filter(({ type }) => type === TYPE).length, 2);
    assert.equal(declared.one(TYPE, "begun").inputs.startTime, undefined);
    const ahead = declared.one(TYPE, "ahead");
    assert.equal(ahead.inputs.startTime, "2099-01-01T00:00:00Z");
    assert.deepEqual([ahead.replaceOnChanges, ahead.deleteBeforeReplace], [["*"], true]);
  });

  it("has no settings that AWS would ignore", () => {
    // @ts-expect-error a simple policy has no warm-up
    const simple: ScaleOutRule = { policy: { kind: "simple", warmupSeconds: 60 } };
    // @ts-expect-error a step policy has no cooldown
    const step: ScaleOutRule = { policy: { kind: "step", cooldownSeconds: 60 } };
    // @ts-expect-error the same for one that is a step policy by default
    const byDefault: ScaleOutRule = { cooldownSeconds: 60 };
    // @ts-expect-error removing an instance warms nothing up
    const inward: ScaleInRule = { policy: { kind: "step", warmupSeconds: 60 } };
    // @ts-expect-error a simple policy has no steps
    const steps: ScaleOutRule = { policy: { kind: "simple" }, steps: [{ from: 0, adjustment: 1 }] };
    // @ts-expect-error steps have their own adjustments
    const both: ScaleOutRule = { steps: [{ from: 0, adjustment: 1 }], adjustment: 2 };
    // @ts-expect-error a count of instances has no minimum
    const least: ScaleOutRule = { minimumInstances: 2 };
    // @ts-expect-error AWS's own metrics have fixed dimensions
    const dimensions: TargetTracking = { target: 50, metric: { kind: "cpu", dimensions: { a: "b" } } };
    // @ts-expect-error only the request metric has a load balancer
    const label: TargetTracking = { target: 50, metric: { kind: "cpu", resourceLabel: "app/a/b/targetgroup/c/d" } };
    // @ts-expect-error a target has no adjustments of its own
    const amount: TargetTracking = { target: 50, adjustment: 1 };
    // @ts-expect-error targets do not support percentiles
    const percentile: TargetTracking = { target: 1, metric: { ...CUSTOM, statistic: "p95" } };
    // @ts-expect-error a start time in UTC has no time zone
    const zone: Schedule = { startTime: "2030-01-01T00:00:00Z", timeZone: "Europe/Paris", min: 1 };
    // @ts-expect-error only gp3 has a throughput setting
    const throughput: RootVolume = { kind: "io2", iops: 500, throughputMibps: 300 };
    // @ts-expect-error load balancer checks require a grace period
    const health: Health = { kind: "elb" };
    const refused = [simple, step, byDefault, inward, steps, both, least, dimensions, label, amount, percentile];
    assert.equal([...refused, zone, throughput, health].length, 14);
  });

  it("has the defaults of its docstrings", () => {
    const { out, in: inward, warmupSeconds, cooldownSeconds } = SCALING_DEFAULTS;
    const documented = documentedDefaults("components/scaling/scaling-rule.ts");
    const expected = [
      ["threshold", `${out.threshold} and ${inward.threshold} (percent)`],
      ["periodSeconds", `${out.periodSeconds}`],
      ["evaluationPeriods", `${out.evaluationPeriods} for scale-out, ${inward.evaluationPeriods} for scale-in`],
      ["adjustment", `+${out.adjustment} for scale-out, ${inward.adjustment} for scale-in`],
      ["cooldownSeconds", `${cooldownSeconds}`],
      ["warmupSeconds", `the group's default warm-up, or ${warmupSeconds}`],
    ];
    const found = documented.filter(([name]) => expected.some(([known]) => known === name));
    assert.deepEqual(found, expected);
  });

  it("applies its defaults", async () => {
    const declared = await declareScaling({ out: {}, in: {} });
    const facts = (direction: string) => {
      const alarm = declared.one("aws:cloudwatch/metricAlarm:MetricAlarm", `scale-${direction}-alarm`).inputs;
      const policy = declared.one(POLICY, `scale-${direction}-policy`).inputs;
      const [step] = policy.stepAdjustments as Array<{ scalingAdjustment: number }>;
      return [
        [alarm.namespace, alarm.metricName, alarm.statistic, alarm.comparisonOperator, alarm.threshold],
        [alarm.evaluationPeriods, alarm.period, alarm.datapointsToAlarm, alarm.treatMissingData],
        [policy.policyType, step?.scalingAdjustment, policy.estimatedInstanceWarmup],
      ];
    };
    assert.deepEqual(facts("out"), [
      ["AWS/EC2", "CPUUtilization", "Average", "GreaterThanOrEqualToThreshold", 70],
      [2, 60, undefined, "missing"],
      ["StepScaling", 1, 300],
    ]);
    assert.deepEqual(facts("in"), [
      ["AWS/EC2", "CPUUtilization", "Average", "LessThanOrEqualToThreshold", 30],
      [5, 60, undefined, "missing"],
      ["StepScaling", -1, undefined],
    ]);
  });
});
