import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteAutoScalingGroupCommand,
  EnterStandbyCommand,
  SetInstanceHealthCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CopyImageCommand, CreateLaunchTemplateVersionCommand, DeregisterImageCommand } from "@aws-sdk/client-ec2";
import { projectRoot } from "../../lab/services/places";
import { keptEnvironment, withEnvironment } from "../helpers/environment";
import { type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { baseImage, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { rolloutGroup } from "./rollout-fleet";

describe("rollouts that get stuck, in the emulator", function () {
  this.timeout(60_000);
  let [emulator, proxy]: [Emulator, FaultProxy] = [] as never;
  const restoreEnvironment = keptEnvironment();

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    proxy = await startFaultProxy(emulator.client.endpoint);
    const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: emulator.client.endpoint });
  });
  after(async () => {
    restoreEnvironment();
    await proxy?.close();
    await emulator?.stop();
  });

  it("a rollback that brings nothing back ends at its limit", async () => {
    const web = await rolloutGroup(emulator, "no-way-back");
    await web.boots("t3.large", "fails: FATAL: no such cookbook: web");
    const version = await web.version("t3.large");
    const rolling = web.roll(version, { preferences: web.endFirst, timeoutSeconds: 5 });
    await web.untilLaunching();
    await web.put("/lab/launch-failures/no-way-back", "no-capacity");
    const { failure = "" } = await rolling;
    assert.match(failure, /new instances? failed .*RollbackInProgress, without progress for 5 s/);
    assert.match(failure, /EC2 launched nothing: We currently do not have sufficient/);
  });

  it("an image that is deregistered meanwhile: EC2 launches nothing, and the version before comes back", async () => {
    const web = await rolloutGroup(emulator, "deregistered");
    const source = { SourceImageId: await baseImage(web.clients), SourceRegion: "us-east-1", Name: "gone" };
    const { ImageId } = await web.clients.ec2.send(new CopyImageCommand(source));
    const LaunchTemplateData = { ImageId, InstanceType: "t3.medium" as const };
    const LaunchTemplateId = web.state("1").templateId;
    await web.clients.ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData }));
    const rolling = web.roll("2", { preferences: { ...web.paced.preferences, CheckpointDelay: 2 } });
    await web.untilServing(["1", "2"]);
    await web.clients.ec2.send(new DeregisterImageCommand({ ImageId }));
    const { failure = "" } = await rolling;
    assert.match(failure, /ended RollbackSuccessful: .*\nEC2 launched nothing: The image id .* does not exist/);
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
  });

  it("an instance in Standby that is waited for is named", async () => {
    const web = await rolloutGroup(emulator, "standing", 1);
    const [id = ""] = (await web.seen()).ids;
    const AutoScalingGroupName = "standing";
    await web.clients.groups.send(
      new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds: [id], ShouldDecrementDesiredCapacity: false }),
    );
    await web.untilServing(["1"]);
    const LaunchTemplate = { LaunchTemplateId: web.state("1").templateId, Version: await web.version("t3.medium") };
    await web.clients.groups.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 0, LaunchTemplate }),
    );
    const preferences = { ...web.state("1").preferences, StandbyInstances: "Terminate" as const };
    const fresh = await web.roll("2", { preferences });
    assert.equal(fresh.failure, undefined, fresh.text);
    const [next = ""] = (await web.seen()).ids;
    await web.clients.groups.send(
      new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds: [next], ShouldDecrementDesiredCapacity: true }),
    );
    const waits = { ...preferences, StandbyInstances: "Wait" as const };
    const { failure = "" } = await web.roll(await web.version("m5.large"), { preferences: waits, timeoutSeconds: 4 });
    assert.match(failure, new RegExp(`no progress for 4 s: 0 of 0 in service, ${next} Standby`));
  });

  it("a refresh that is cancelled by hand, and waits for an instance that hangs, ends at its limit", async () => {
    const web = await rolloutGroup(emulator, "cancelling");
    await web.boots("t3.large", "hangs");
    const rolling = web.roll(await web.version("t3.large"), { timeoutSeconds: 5 });
    await web.untilLaunching();
    await web.cancelByHand();
    assert.match((await rolling).failure ?? "", /Cancelling, without progress for 5 s/);
  });

  it("instances that come into service and fail their health checks again and again are no progress", async () => {
    const web = await rolloutGroup(emulator, "flapping");
    const version = await web.version("t3.medium");
    let over = false;
    const flap = async () => {
      while (!over) {
        const { Instances = [] } = (await describeGroup(web.clients, "flapping")) ?? {};
        for (const { InstanceId, LaunchTemplate, LifecycleState } of Instances) {
          if (LaunchTemplate?.Version !== version || LifecycleState !== "InService") continue;
          const asked = { InstanceId, HealthStatus: "Unhealthy" };
          await web.clients.groups.send(new SetInstanceHealthCommand(asked)).catch(() => undefined);
        }
        await sleep(200);
      }
    };
    const flapping = flap();
    const preferences = { ...web.state("1").preferences, InstanceWarmup: 60 };
    const { failure = "" } = await web.roll(version, { preferences, timeoutSeconds: 8 });
    over = true;
    await flapping;
    assert.match(failure, /no progress for 8 s/);
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
  });

  it("a new group is tried again although its first instances failed a moment ago", async () => {
    const web = await rolloutGroup(emulator, "retried", 0);
    await web.boots("t3.small", "fails: the validator's key is gone");
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "retried", MinSize: 1 }));
    assert.match((await web.roll("1", { minSize: 1 })).failure ?? "", /failed before/);
    await web.boots("t3.small", "converges");
    assert.equal((await web.roll("1", { minSize: 1 })).failure, undefined);
  });

  it("AWS that does not answer for a while does not end the rollout", async () => {
    const web = await rolloutGroup(emulator, "offline");
    const version = await web.version("t3.medium");
    const rolling = withEnvironment({ AWS_ENDPOINT_URL: proxy.url }, () => {
      return web.roll(version, { preferences: { ...web.paced.preferences, CheckpointDelay: 8 } });
    });
    await web.untilServing(["1", "2"]);
    proxy.setFault(() => "hang-up");
    await sleep(5000);
    proxy.setFault(() => "pass");
    const { failure } = await rolling;
    assert.equal(failure, undefined);
    assert.deepEqual((await web.seen()).serving, ["2", "2"]);
  });

  it("credentials that expire end it, with what goes on in AWS and what to do", async () => {
    const web = await rolloutGroup(emulator, "expired");
    const version = await web.version("t3.medium");
    const rolling = withEnvironment({ AWS_ENDPOINT_URL: proxy.url }, () => web.roll(version, web.paced));
    await web.untilServing(["1", "2"]);
    const body =
      "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
    proxy.setFault(() => ({ status: 403, body, headers: { "Content-Type": "text/xml" } }));
    const { failure = "" } = await rolling;
    proxy.setFault(() => "pass");
    assert.match(failure, /session has expired/);
    assert.match(failure, /instance refresh [0-9a-f-]+ .*continues in AWS.*pulumi up/);
  });

  it("an answer to the start that is lost: the refresh that it started is followed", async () => {
    const web = await rolloutGroup(emulator, "lost");
    const version = await web.version("t3.medium");
    let lost = 0;
    proxy.setFault(({ body, headers }) => {
      const starts = /StartInstanceRefresh/.test(body + String(headers["x-amz-target"] ?? ""));
      return starts && lost++ === 0 ? "half-body" : "pass";
    });
    const { failure, text } = await withEnvironment({ AWS_ENDPOINT_URL: proxy.url }, () => web.roll(version));
    proxy.setFault(() => "pass");
    assert.deepEqual([failure, lost > 1], [undefined, true], text);
    assert.deepEqual([await web.refreshes(), (await web.seen()).serving], [["Successful"], ["2", "2"]]);
  });

  it("a refresh that AWS lists only a moment later is waited for", async () => {
    const web = await rolloutGroup(emulator, "unlisted");
    const version = await web.version("t3.medium");
    let hidden = 3;
    const body =
      "<DescribeInstanceRefreshesResponse><DescribeInstanceRefreshesResult><InstanceRefreshes/></DescribeInstanceRefreshesResult></DescribeInstanceRefreshesResponse>";
    proxy.setFault(({ body: asked }) => {
      if (!/DescribeInstanceRefreshes.*InstanceRefreshIds/.test(asked) || hidden-- <= 0) return "pass";
      return { status: 200, body, headers: { "Content-Type": "text/xml" } };
    });
    const { failure } = await withEnvironment({ AWS_ENDPOINT_URL: proxy.url }, () => web.roll(version));
    proxy.setFault(() => "pass");
    assert.deepEqual([failure, (await web.seen()).serving, hidden < 0], [undefined, ["2", "2"], true]);
  });

  it("a refresh that AWS cannot roll back is cancelled", async () => {
    const web = await rolloutGroup(emulator, "irreversible");
    await web.boots("t3.large", "fails: FATAL: no such cookbook: web");
    const body =
      "<ErrorResponse><Error><Code>IrreversibleInstanceRefresh</Code><Message>no way back</Message></Error></ErrorResponse>";
    proxy.setFault(({ body: asked }) => {
      if (!/RollbackInstanceRefresh/.test(asked)) return "pass";
      return { status: 400, body, headers: { "Content-Type": "text/xml" } };
    });
    const version = await web.version("t3.large");
    const { failure = "" } = await withEnvironment({ AWS_ENDPOINT_URL: proxy.url }, () => web.roll(version));
    proxy.setFault(() => "pass");
    assert.match(failure, /ended Cancelled: .*new instances? failed/);
    assert.deepEqual([await web.refreshes(), (await web.seen()).saved], [["Cancelled"], "1"]);
  });

  it("a provider that outlives its engine does nothing more, so that it disturbs no other update", async () => {
    const web = await rolloutGroup(emulator, "orphaned");
    await web.boots("t3.large", "hangs");
    const code = `
      process.on("uncaughtException", () => {}); // as Pulumi's process does
      const { rollOut } = require(${JSON.stringify(join(projectRoot, "rollout/operations"))});
      rollOut(${JSON.stringify(web.state(await web.version("t3.large")))}, console.log)
        .then(() => console.error("done"), ({ message }) => console.error(message));`;
    const child = spawn(process.execPath, ["--import=tsx", "--input-type=commonjs", "--eval", code], {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<string>((resolve) => {
      let text = "";
      child.stderr.on("data", (data) => {
        text += data;
      });
      child.on("close", () => resolve(text));
    });
    await web.untilLaunching();
    child.stdout.destroy();
    await web.boots("t3.large", "fails: no such cookbook");
    assert.match(await ended, /the update that started this rollout was killed/);
    assert.deepEqual(await web.refreshes(), ["InProgress"]);
  });

  it("a group that is deleted meanwhile: told as that", async () => {
    const web = await rolloutGroup(emulator, "deleted");
    const rolling = web.roll(await web.version("t3.medium"), web.paced);
    await web.untilServing(["1", "2"]);
    const asked = { AutoScalingGroupName: "deleted", ForceDelete: true };
    await web.clients.groups.send(new DeleteAutoScalingGroupCommand(asked));
    assert.match((await rolling).failure ?? "", /Group "deleted" does not exist in us-east-1.*pulumi refresh/);
  });

  it("Launch is suspended where instances are missing: refused with what to do, and not waited for", async () => {
    const web = await rolloutGroup(emulator, "paused", 1);
    const AutoScalingGroupName = "paused";
    await web.clients.groups.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ["Launch"] }));
    await web.clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 3 }));
    const { failure = "" } = await web.roll("1", { minSize: 3, timeoutSeconds: 20 });
    assert.match(failure, /launches none because 'Launch' is suspended.*resume-processes/);
  });

  it("a launch configuration whose refresh cannot start: the group launches from the one before again", async () => {
    const web = await rolloutGroup(emulator, "unstarted");
    const [first, second] = [await web.configuration("one", "t3.small"), await web.configuration("two", "t3.medium")];
    const from = (configurationName: string, more = {}) => {
      const preferences = { ...web.state("1").preferences, AutoRollback: false, SkipMatching: false, ...more };
      return { configurationName, templateId: undefined, version: undefined, preferences };
    };
    assert.equal((await web.roll("", from(first))).failure, undefined);
    const { failure = "" } = await web.roll("", from(second, { CheckpointPercentages: [50, 20] }));
    assert.match(failure, /ascending/);
    assert.deepEqual([(await web.seen()).saved, (await web.seen()).serving], ["one", ["one", "one"]]);
    await eventually(1, "nothing", async () => true);
  });
});
