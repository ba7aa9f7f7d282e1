import assert from "node:assert/strict";
import { actions, declareGroup, userData } from "../helpers/declare-group";

const GROUP = "aws:autoscaling/group:Group";
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";
const ANSWERS = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"];

describe("a group's lifecycle hooks", () => {
  it("hold a new instance until it has converged, and let the instance complete its hook", async () => {
    const declared = await declareGroup();
    const { inputs } = declared.one(HOOK);
    assert.deepEqual(
      [inputs.lifecycleTransition, inputs.heartbeatTimeout, inputs.defaultResult],
      ["autoscaling:EC2_INSTANCE_LAUNCHING", 900, "ABANDON"],
    );
    assert.deepEqual(actions(declared, "instance-service-policy"), ["ssm:GetParameter", ...ANSWERS]);
    const text = userData(declared);
    assert.match(text, /CHEF_LAUNCH_HOOK='launch'\n.*CHEF_HOOK_BEAT_SECONDS='300'/);
    assert.doesNotMatch(text, /CHEF_ON_FAILED_BOOT|CHEF_WARM_POOL/);
  });

  it("hold the first instance too: the group is created with the hook, whose changes do not replace it", async () => {
    const declared = await declareGroup({ hooks: { launch: { heartbeatSeconds: 600 } } });
    const { autoscalingGroupName: _, ...hook } = declared.one(HOOK).inputs;
    const { inputs, ignoreChanges } = declared.one(GROUP);
    assert.deepEqual(inputs.initialLifecycleHooks, [hook]);
    assert.equal(hook.heartbeatTimeout, 600);
    assert.ok(ignoreChanges.includes("initialLifecycleHooks"));
  });

  it("can be turned off: an instance that still finds a launch hook completes it", async () => {
    const declared = await declareGroup({ hooks: { launch: false } });
    assert.throws(() => declared.one(HOOK), /found 0/);
    assert.equal(declared.one(GROUP).inputs.initialLifecycleHooks, undefined);
    assert.equal(userData(declared), userData(await declareGroup()));
    assert.deepEqual(actions(declared, "instance-service-policy"), ["ssm:GetParameter", ...ANSWERS]);
  });

  it("can keep an instance whose first boot failed for as long as AWS lets it wait", async () => {
    const declared = await declareGroup({ onFailedBoot: "keep" });
    const { heartbeatTimeout, defaultResult } = declared.one(HOOK).inputs;
    assert.deepEqual([heartbeatTimeout, defaultResult], [7200, "ABANDON"]);
    assert.match(userData(declared), /CHEF_HOOK_BEAT_SECONDS='2400'[\s\S]*CHEF_ON_FAILED_BOOT='keep'/);
  });

  it("make an instance of a warm pool complete the hook again when it leaves the pool", async () => {
    assert.match(userData(await declareGroup({ warmPool: {} })), /CHEF_WARM_POOL='yes'/);
  });

  it("can leave the launch hook to something else", async () => {
    const declared = await declareGroup({ hooks: { launch: { completedBy: "other" } } });
    assert.deepEqual(actions(declared, "instance-service-policy"), ["ssm:GetParameter"]);
  });

  it("hold a terminated instance until the reaper has completed the hook, over the reaper's own topic", async () => {
    const declared = await declareGroup({ hooks: { terminate: { heartbeatSeconds: 600 } } });
    const { inputs } = declared.one(HOOK, "-terminate-hook");
    const topicArn = "arn:aws:sns/topic:Topic".replace(
      "aws:sns/topic:Topic",
      "aws:sns/topic:eu-west-3:123456789012:web-events-topic",
    );
    assert.equal(inputs.notificationTargetArn, topicArn);
    assert.deepEqual([inputs.heartbeatTimeout, inputs.defaultResult], [600, "CONTINUE"]);
    assert.deepEqual(actions(declared, "web-terminate-hook-policy"), ["sns:Publish"]);
  });
});
