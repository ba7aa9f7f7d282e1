import assert from "node:assert/strict";
import {
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
  DescribeScheduledActionsCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { type Clients, clientsOf } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";

const DEPRECATED = "ami-0deb1100000000001";

const group = (settings: object) =>
  `new fleet.ChefAutoScalingGroup("web", { ...least, groupName: "test-web", rollout: { instanceWarmupSeconds: 0 }, ...${JSON.stringify(settings)} } as never);`;

/** What AWS and its provider reject, in the emulator and with the lab's engine. */
describe("a group under AWS's rules", function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let clients: Clients;
  let program: GroupProgram;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records", "--minute", "1");
    clients = clientsOf(emulator);
    program = groupProgram("terms", emulator);
  });

  after(async () => {
    await emulator?.stop();
    program?.remove();
  });

  async function up(settings: object): Promise<void> {
    const result = await program.up(group(settings));
    assert.ok(result.ok, result.output);
  }

  async function sizes(): Promise<(number | undefined)[]> {
    const request = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["test-web"] });
    const found = (await clients.groups.send(request)).AutoScalingGroups?.[0];
    return [found?.MinSize, found?.MaxSize];
  }

  async function recurrence(): Promise<string | undefined> {
    const request = new DescribeScheduledActionsCommand({ AutoScalingGroupName: "test-web" });
    return (await clients.groups.send(request)).ScheduledUpdateGroupActions?.[0]?.Recurrence;
  }

  it("accepts an image that its owner has deprecated, by its id", () => up({ imageId: DEPRECATED }));

  it("updates a schedule after it ran, and keeps the sizes that it has set", async () => {
    const schedule = (given: string) => ({ scaling: { schedules: { night: { recurrence: given, min: 0 } } } });
    await up(schedule("* * * * *"));
    await eventually(20, "a run of the schedule", async () => (await sizes())[0] === 0 || undefined);
    await up(schedule("*/2 * * * *"));
    assert.equal(await recurrence(), "*/2 * * * *");
    const refreshed = await program.runner.refresh();
    assert.ok(refreshed.ok, refreshed.output);
    await up(schedule("*/2 * * * *"));
    assert.deepEqual(await sizes(), [0, 3]);
  });

  it("launches by availability zones with a configuration, without public addresses", async () => {
    await up({ launch: "configuration" });
    const request = new DescribeLaunchConfigurationsCommand({});
    const { LaunchConfigurations } = await clients.groups.send(request);
    assert.equal(LaunchConfigurations?.[0]?.AssociatePublicIpAddress, false);
  });

  it("creates a key although KMS rejects a policy for a role that does not exist", async () => {
    const kms = new KMSClient(emulator.client);
    const role = (name: string) => ({ Principal: { AWS: `arn:aws:iam::123456789012:role/${name}` } });
    const Policy = JSON.stringify({
      Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*", ...role("none") }],
    });
    await assert.rejects(kms.send(new CreateKeyCommand({ Policy })), { name: "MalformedPolicyDocumentException" });
    await up({ launch: "configuration", notifications: { createKey: true } });
  });

  it("is destroyed", async () => {
    const result = await program.runner.destroy();
    assert.ok(result.ok, result.output);
  });
});
