import assert from "node:assert/strict";
import {
  DescribeScalingActivitiesCommand,
  PutLifecycleHookCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { GetConsoleOutputCommand } from "@aws-sdk/client-ec2";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type Clients, clientsOf, makeGroup, makeTemplate, members, newVersion } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { type Made, make, usEast1 } from "./provider-subject";

describe("emulator: launches that fail, and how the provider waits", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;
  const kept = { ...process.env };

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: emulator.client.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
  });
  after(async () => {
    for (const key of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
      if (kept[key] === undefined) delete process.env[key];
      else process.env[key] = kept[key];
    }
    await emulator?.stop();
  });

  const put = (Name: string, Value: string) =>
    new SSMClient(emulator.client).send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  const activities = async (AutoScalingGroupName: string) =>
    (await clients.groups.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }))).Activities ?? [];
  const inService = (group: string, count: number) =>
    eventually(20, `${count} in service`, async () => {
      const found = await members(clients, group);
      return found.filter((one) => one.LifecycleState === "InService").length === count || undefined;
    });

  it("reports a launch without capacity as a failed activity, and retries", async () => {
    await put("/lab/launch-failures/scarce", "no-capacity*2");
    await makeGroup(clients, "scarce", await makeTemplate(clients, "scarce"));
    await inService("scarce", 1);
    const failed = (await activities("scarce")).filter((one) => one.StatusCode === "Failed");
    assert.equal(failed.length, 2);
    assert.match(String(failed[0]?.StatusMessage), /do not have sufficient t3.small capacity/);
  });

  it("reports an instance whose volume's key cannot be used as a cancelled activity", async () => {
    await put("/lab/launch-failures/locked", "key*1");
    await makeGroup(clients, "locked", await makeTemplate(clients, "locked"));
    await inService("locked", 1);
    const cancelled = (await activities("locked")).find((one) => one.StatusCode === "Cancelled");
    assert.match(String(cancelled?.StatusMessage), /Client\.InternalError/);
    assert.match(String(cancelled?.Description), /Launching a new EC2 instance: i-/);
  });

  it("can fail the first boot of a recorded instance: the launch is cancelled, and the console contains the reason", async () => {
    const template = await makeTemplate(clients, "boots");
    await makeGroup(clients, "boots", template, { MinSize: 0 });
    const hook = { LifecycleHookName: "launch", LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" };
    await clients.groups.send(new PutLifecycleHookCommand({ AutoScalingGroupName: "boots", ...hook }));
    await put("/lab/first-boot/boots/t3.small", "converges");
    await put("/lab/first-boot/boots/t3.medium", "fails: no such cookbook: web");
    await clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "boots", DesiredCapacity: 1 }));
    await inService("boots", 1);
    const LaunchTemplate = { LaunchTemplateId: template, Version: await newVersion(clients, template) };
    const more = { AutoScalingGroupName: "boots", LaunchTemplate, DesiredCapacity: 2 };
    await clients.groups.send(new UpdateAutoScalingGroupCommand(more));
    const cancelled = await eventually(20, "an abandoned launch", async () =>
      (await activities("boots")).find((one) => one.StatusCode === "Cancelled"),
    );
    assert.match(
      String(cancelled.StatusMessage),
      /failed to complete user's Lifecycle Action.*abandoned: Lifecycle Action Completed with ABANDON Result/,
    );
    const [InstanceId] = /i-[0-9a-f]+/.exec(String(cancelled.Description)) ?? [];
    const { Output = "" } = await clients.ec2.send(new GetConsoleOutputCommand({ InstanceId }));
    assert.match(Buffer.from(Output, "base64").toString(), /no such cookbook: web/);
  });

  describe("the provider", () => {
    const group = async (name: string, more: object) => {
      const launchTemplate = { id: await makeTemplate(clients, `lt-${name}`), version: "1" };
      const availabilityZones = ["us-east-1a"];
      const inputs = { name, minSize: 1, maxSize: 6, availabilityZones, launchTemplate, ...more };
      return { inputs, make: async () => make(await usEast1(), "aws:autoscaling/group:Group", name, inputs) };
    };
    const grown = async (made: Made, DesiredCapacity: number) => {
      await clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: made.id, DesiredCapacity }));
      await inService(made.id, DesiredCapacity);
    };

    it("waits for exactly the new minimum size, which a group that has scaled out never has", async () => {
      const { inputs, make } = await group("grown", { waitForCapacityTimeout: "2s" });
      const made = await make();
      await grown(made, 5);
      await assert.rejects(made.update({ ...inputs, minSize: 2 }), /want exactly 2 .* have 5/);
      await made.update({ ...inputs, minSize: 2, waitForCapacityTimeout: "0" });
    });

    it("stops waiting on a failed activity, unless configured to ignore them", async () => {
      await put("/lab/launch-failures/unlucky", "no-capacity*1");
      const unlucky = await group("unlucky", {});
      await assert.rejects(unlucky.make(), /Failed: We currently do not have sufficient/);
      await put("/lab/launch-failures/patient", "no-capacity*1");
      const patient = await group("patient", { ignoreFailedScalingActivities: true });
      await (await patient.make()).delete();
    });

    it("updates only what has changed on the group", async () => {
      const { inputs, make } = await group("byhand", {});
      const made = await make();
      const { id: template } = inputs.launchTemplate;
      const LaunchTemplate = { LaunchTemplateId: template, Version: await newVersion(clients, template) };
      await clients.groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: made.id, LaunchTemplate }));
      const outputs = await made.update({ ...inputs, maxSize: 7 });
      assert.equal((outputs.launchTemplate as { version: string }).version, "2");
    });

    it("creates a group's initial hooks before its first instance", async () => {
      const hook = { name: "launch", lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING", heartbeatTimeout: 30 };
      const { make } = await group("hooked", { initialLifecycleHooks: [hook], waitForCapacityTimeout: "0" });
      const made = await make();
      assert.deepEqual(
        (await members(clients, made.id)).map((one) => one.LifecycleState),
        ["Pending:Wait"],
      );
    });
  });
});
