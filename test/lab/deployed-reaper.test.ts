import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteLifecycleHookCommand,
  DeleteNotificationConfigurationCommand,
  DeleteWarmPoolCommand,
  DescribeNotificationConfigurationsCommand,
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type ChefClient, createChefClient, nodeName } from "../../chef";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { labEnvironment } from "../../lab/services/environment";
import { keyPair, register } from "../helpers/chef-objects";
import { type FaultProxy, startFaultProxy } from "../helpers/fault-proxy";
import { componentsLiteral } from "../helpers/fresh-build";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { writeProgram } from "../helpers/write-program";
import { baseImage, type Clients, clientsOf, members } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, startEmulator } from "./emulator-process";

const GROUP = "dev-web";

/** A line of the function's log. */
interface Line {
  readonly message?: string;
  readonly reason?: string;
  readonly group?: string;
  readonly instanceId?: string;
  readonly removed?: number;
  readonly ReconcileStopped?: number;
}

/** The whole group as the library deploys it. The emulator runs its functions with schedule, permissions, hook, queue and log. */
describe("the reaper's functions as they are deployed", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "deployed-reaper-"));
  const { publicKey } = keyPair();
  let emulator: Emulator;
  let server: Goiardi;
  let proxy: FaultProxy;
  let chef: ChefClient;
  let aws: Clients;
  let logs: CloudWatchLogsClient;
  let ids: string[];

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) {
      return this.skip();
    }
    [emulator, server] = await Promise.all([startEmulator("records", "--minute", "5"), startGoiardi(goiardi)]);
    proxy = await startFaultProxy(server.url);
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
    aws = clientsOf(emulator);
    logs = new CloudWatchLogsClient(emulator.client);
    const parameter = { Name: "/chef/admin", Type: "SecureString" as const, Value: server.adminKey };
    await new SSMClient(emulator.client).send(new PutParameterCommand(parameter));
    await deploy();
    ids = await eventually(60, "three instances", async () => {
      const found = (await members(aws, GROUP)).filter(({ LifecycleState }) => LifecycleState === "InService");
      return found.length === 3 ? found.map(({ InstanceId = "" }) => InstanceId) : undefined;
    });
    for (const id of ids) await register(chef, nodeName(GROUP, id), publicKey, id);
  });
  after(async () => {
    chef?.close();
    await proxy?.close();
    await Promise.all([server?.remove(), emulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function deploy(): Promise<void> {
    const admin = { name: "admin", key: { ssmParameter: "/chef/admin" } };
    const args = {
      groupName: GROUP,
      imageId: await baseImage(aws),
      instanceType: "t3.small",
      chef: {
        serverUrl: proxy.url,
        validator: { name: "validator", key: { ssmParameter: "/chef/none" } },
        operator: admin,
      },
      capacity: { min: 0, max: 4, desired: 3 },
      availabilityZones: ["us-east-1a"],
      hooks: { launch: false, terminate: { heartbeatSeconds: 30 } },
      reaper: { absenceGraceSeconds: 8, reconcile: { scheduleExpression: "rate(1 minute)", graceSeconds: 0 } },
    };
    const components = componentsLiteral();
    const program = `import { ChefAutoScalingGroup } from ${components};\nnew ChefAutoScalingGroup("web", ${JSON.stringify(args)});\n`;
    writeProgram(folder, "deployed", program);
    const environment = labEnvironment(emulator.client.endpoint, emulator.sshPort);
    const stack = { project: folder, stack: "dev", stateDir: join(folder, "state"), environment };
    const up = await inProcessRunner({ ...stack, config: { "aws:region": "us-east-1" } }).up({ skipPreview: true });
    assert.ok(up.ok, up.output);
  }

  async function lines(): Promise<Line[]> {
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda/web-reaper-" }),
    );
    assert.equal(logGroups.length, 2, "a log group for each function");
    const answers = logGroups.map(({ logGroupName }) => logs.send(new FilterLogEventsCommand({ logGroupName })));
    const events = (await Promise.all(answers)).flatMap(({ events = [] }) => events);
    const texts = events.flatMap(({ message = "" }) => message.split("\n")).filter((text) => text.startsWith("{"));
    return texts.map((text) => JSON.parse(text) as Line);
  }

  const line = (what: string, isIt: (line: Line) => boolean): Promise<Line> =>
    eventually(90, what, async () => (await lines()).find(isIt));

  const goneFromChef = (id: string): Promise<true> =>
    eventually(90, `the pair of ${id} to be gone`, async () => {
      const name = nodeName(GROUP, id);
      const left = [await chef.getNode(name), await chef.getClient(name)];
      return left.every((one) => one === undefined) || undefined;
    });

  it("release an instance that waits in its hook, once node and client are removed", async () => {
    const [id = ""] = ids;
    await terminate(id);
    await goneFromChef(id);
    await eventually(60, `${id} to leave`, async () => !(await isMember(id)) || undefined);
    assert.ok(!(await lines()).some(({ reason = "" }) => reason.includes("completed all the same")));
  });

  it("extend an instance's wait while the Chef server is down, release it at the limit, and remove its pair when the server is back", async () => {
    const [, id = ""] = ids;
    proxy.setFault(() => "hang-up");
    await terminate(id);
    const about = (text: string) => (one: Line) => one.instanceId === id && Boolean(one.reason?.includes(text));
    await line("an extension", about("hook extended"));
    assert.ok(await isMember(id), "it waits");
    await line("the end of the wait", about("hook completed all the same"));
    await eventually(60, `${id} to leave`, async () => !(await isMember(id)) || undefined);
    assert.ok(await chef.getNode(nodeName(GROUP, id)), "nothing was removed from a server that is down");
    proxy.setFault(() => "pass");
    await goneFromChef(id);
  });

  it("keep the node of an instance while it is stopped in the warm pool, and remove it once it leaves the pool", async () => {
    const group = { AutoScalingGroupName: GROUP };
    const before = await eventually(60, "three instances", async () => {
      const found = (await members(aws, GROUP)).filter(({ LifecycleState }) => LifecycleState === "InService");
      return found.length === 3 ? found.map(({ InstanceId = "" }) => InstanceId) : undefined;
    });
    for (const id of before.filter((one) => !ids.includes(one)))
      await register(chef, nodeName(GROUP, id), publicKey, id);
    await aws.groups.send(new PutWarmPoolCommand({ ...group, InstanceReusePolicy: { ReuseOnScaleIn: true } }));
    await aws.groups.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity: 2 }));
    const resting = await eventually(60, "a member to rest in the pool", async () => {
      const { Instances = [] } = await aws.groups.send(new DescribeWarmPoolCommand(group));
      const stopped = Instances.filter(({ LifecycleState }) => LifecycleState === "Warmed:Stopped");
      return stopped.map(({ InstanceId = "" }) => InstanceId).find((id) => before.includes(id));
    });
    await line("the move", ({ reason }) => reason === "a move into the warm pool");
    assert.ok((await chef.getNode(nodeName(GROUP, resting))) && (await chef.getClient(nodeName(GROUP, resting))));
    await aws.groups.send(new DeleteWarmPoolCommand({ ...group, ForceDelete: true }));
    await goneFromChef(resting);
    await aws.groups.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity: 3 }));
    ids = before.filter((id) => id !== resting);
  });

  it("remove on schedule what no message announced, and nothing that is alive", async () => {
    const { NotificationConfigurations = [] } = await aws.groups.send(
      new DescribeNotificationConfigurationsCommand({ AutoScalingGroupNames: [GROUP] }),
    );
    const TopicARN = NotificationConfigurations[0]?.TopicARN;
    await aws.groups.send(new DeleteNotificationConfigurationCommand({ AutoScalingGroupName: GROUP, TopicARN }));
    const hook = { AutoScalingGroupName: GROUP, LifecycleHookName: "terminate" };
    await aws.groups.send(new DeleteLifecycleHookCommand(hook));
    const [living = ""] = ids;
    const zombie = await eventually(60, "a replacement", async () => {
      const found = (await members(aws, GROUP)).find(({ InstanceId = "" }) => !ids.includes(InstanceId));
      return found?.LifecycleState === "InService" ? found.InstanceId : undefined;
    });
    await register(chef, nodeName(GROUP, zombie), publicKey, zombie);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [zombie] }));
    await goneFromChef(zombie);
    await line("the run's line", ({ message, removed }) => message === "reconciled" && removed === 1);
    await line("its metrics", ({ ReconcileStopped }) => ReconcileStopped === 0);
    assert.ok((await chef.getNode(nodeName(GROUP, living))) && (await chef.getClient(nodeName(GROUP, living))));
  });

  async function terminate(InstanceId: string): Promise<void> {
    const request = { InstanceId, ShouldDecrementDesiredCapacity: false };
    await aws.groups.send(new TerminateInstanceInAutoScalingGroupCommand(request));
  }

  async function isMember(id: string): Promise<boolean> {
    return (await members(aws, GROUP)).some(({ InstanceId }) => InstanceId === id);
  }
});
