import assert from "node:assert/strict";
import type { ChefAutoScalingGroupArgs } from "../../components";
import { declareGroup } from "../helpers/declare-group";

const GROUP = "aws:autoscaling/group:Group";
const ROLLOUT = "pulumi-nodejs:dynamic/chef-autoscaling:Rollout";
/** Properties that the rollout changes, and the provider therefore ignores. */
const ROLLED_OUT = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];

describe("a group's rollout", () => {
  it("rolls out a changed image with checkpoints and alarms, and rolls it back", async () => {
    const declared = await declareGroup({ rollout: { checkpointPercentages: [10, 100], alarmNames: ["errors"] } });
    const { inputs } = declared.one(ROLLOUT);
    assert.deepEqual([inputs.templateId, inputs.version, inputs.minSize], ["web-template-id", "7", 1]);
    assert.deepEqual(inputs.preferences, {
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 110,
      CheckpointPercentages: [10, 100],
      CheckpointDelay: 3600,
      AlarmNames: ["errors"],
      AutoRollback: true,
      SkipMatching: true,
      ScaleInProtectedInstances: "Ignore",
      StandbyInstances: "Ignore",
    });
  });

  it("controls the version: the provider changes none, starts no refresh and waits for nothing", async () => {
    const declared = await declareGroup();
    const { inputs, ignoreChanges } = declared.one(GROUP);
    assert.equal(inputs.instanceRefresh, undefined);
    assert.equal(inputs.waitForCapacityTimeout, "0");
    for (const owned of ROLLED_OUT) {
      assert.ok(ignoreChanges.includes(owned), owned);
    }
  });

  it("is declared last, so that its instances find the hooks, and a failed one is notified, reaped and watched", async () => {
    const declared = await declareGroup();
    const { dependencies, inputs } = declared.one(ROLLOUT);
    for (const type of [
      GROUP,
      "aws:autoscaling/lifecycleHook:LifecycleHook",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
    ]) {
      assert.ok(
        dependencies.some((urn) => urn.includes(`${type}::`)),
        type,
      );
    }
    assert.equal((await declareGroup({ rollout: { wait: false } })).one(ROLLOUT).inputs.wait, false);
    assert.doesNotMatch(JSON.stringify(inputs), /user_?data/i);
  });

  it("uses the percentages of a maintenance policy, within AWS's limits", async () => {
    const shares = async (args: Partial<ChefAutoScalingGroupArgs>) => {
      const { inputs } = (await declareGroup(args)).one(ROLLOUT);
      const preferences = inputs.preferences as { MinHealthyPercentage: number; MaxHealthyPercentage: number };
      return [preferences.MinHealthyPercentage, preferences.MaxHealthyPercentage];
    };
    assert.deepEqual(await shares({ maintenance: { minHealthyPercentage: 80, maxHealthyPercentage: 120 } }), [80, 120]);
    assert.deepEqual(await shares({ rollout: { minHealthyPercentage: 0 } }), [0, 100]);
  });

  it("passes a mixed instances policy to the rollout with AWS's own names", async () => {
    const types = [{ instanceType: "t3.small", weight: 1 }];
    const { inputs } = (await declareGroup({ mixedInstances: { types, onDemandBase: 1 } })).one(ROLLOUT);
    assert.deepEqual(inputs.mixedInstances, {
      InstancesDistribution: {
        OnDemandBaseCapacity: 1,
        OnDemandPercentageAboveBaseCapacity: 100,
        OnDemandAllocationStrategy: "lowest-price",
        SpotAllocationStrategy: "price-capacity-optimized",
      },
      Overrides: [{ InstanceType: "t3.small", WeightedCapacity: "1" }],
    });
  });
});
