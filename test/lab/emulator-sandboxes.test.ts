import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateImageCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { baseImage, type Clients, clientsOf, makeGroup, makeTemplate, members } from "./emulator-fleet";
import {
  type Emulator,
  emulatorObstacle,
  eventually,
  sandboxObstacle,
  skipWhere,
  startEmulator,
} from "./emulator-process";

const run = promisify(execFile);
const ENTER = resolve(__dirname, "../../lab/emulator/enter.sh");

const FIRST_BOOT = (closed: number, open: number) => `#!/bin/bash
metadata=http://169.254.169.254/latest
token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
echo "instance=$(curl -sf -H "X-aws-ec2-metadata-token: $token" $metadata/meta-data/instance-id)"
echo "without-token=$(curl -s -o /dev/null -w '%{http_code}' $metadata/meta-data/instance-id)"
echo "identity=$(aws --region us-east-1 sts get-caller-identity --query Arn --output text)"
echo "open=$(curl -s -m 2 http://127.0.0.1:${open}/)"
curl -s -m 2 http://127.0.0.1:${closed}/; echo "closed=$?"
curl -s -m 2 http://192.0.2.1/; echo "outside=$?"
echo "interfaces=$(ls /sys/class/net 2>/dev/null | tr '\\n' ' ')$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' \\n')"
echo baked > /opt/marker
echo booted
`;

describe("emulator: instances as sandboxes", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;
  let open: Server;
  let closed: Server;

  before(async function () {
    skipWhere(this, emulatorObstacle() ?? sandboxObstacle());
    [open, closed] = [await listening("reached"), await listening("must not be reached")];
    emulator = await startEmulator("sandboxes", "--forward", String(portOf(open)));
    clients = clientsOf(emulator);
    await makeProfile(emulator);
  });
  after(async () => {
    await emulator?.stop();
    for (const server of [open, closed]) server?.close();
  });

  const consoleOf = (id: string) => {
    const path = join(emulator.runDir, "instances", id, "console.log");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const untilPrinted = (id: string, line: string) =>
    eventually(20, `'${line}' on the console of ${id}`, async () => {
      const text = consoleOf(id);
      return text.includes(line) ? text : undefined;
    });

  async function launch(image: string, script: string): Promise<string> {
    const { Instances } = await clients.ec2.send(
      new RunInstancesCommand({
        ImageId: image,
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: "node" },
        UserData: Buffer.from(script).toString("base64"),
      }),
    );
    return String(Instances?.[0]?.InstanceId);
  }

  it("run user data that reaches the metadata, their role and the forwarded port, and nothing else", async () => {
    const id = await launch(await baseImage(clients), FIRST_BOOT(portOf(closed), portOf(open)));
    const printed = await untilPrinted(id, "booted");
    for (const line of [
      `instance=${id}`,
      "without-token=401",
      `identity=arn:aws:sts::123456789012:assumed-role/node/${id}`,
      "open=reached",
      "closed=7",
      "outside=7",
      "interfaces=lo",
    ])
      assert.ok(printed.includes(`${line}\n`), `expected '${line}' in:\n${printed}`);
    assert.ok(!printed.includes("must not be reached"));
    const { stdout } = await run(ENTER, [emulator.runDir, id, "cat", "/opt/marker"]);
    assert.equal(stdout, "baked\n");
  });

  it("freeze a stopped instance's files as an image from which others boot", async () => {
    const id = await launch(
      await baseImage(clients),
      "#!/bin/bash\nrm /etc/shells\necho one > /opt/history\necho done\n",
    );
    await untilPrinted(id, "done");
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    const { ImageId = "" } = await clients.ec2.send(new CreateImageCommand({ InstanceId: id, Name: "history" }));
    assert.equal(readFileSync(join(emulator.runDir, "images", ImageId, "opt/history"), "utf8"), "one\n");
    const child = await launch(ImageId, "#!/bin/bash\ncat /opt/history; ls /etc/shells; echo seen\n");
    const printed = await untilPrinted(child, "seen");
    assert.match(printed, /^one$/m);
    assert.match(printed, /cannot access '\/etc\/shells'/);
  });

  it("publish the CPU that a member's processes really used", async () => {
    const burn = "#!/bin/bash\ntimeout 15 sh -c 'while :; do :; done' &\n";
    await makeGroup(clients, "busy", await makeTemplate(clients, "busy", burn));
    const used = await eventually(20, "CPU above 5 %", async () => {
      const { Datapoints = [] } = await clients.watch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/EC2",
          MetricName: "CPUUtilization",
          Dimensions: [{ Name: "AutoScalingGroupName", Value: "busy" }],
          StartTime: new Date(Date.now() - 60_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 60,
          Statistics: ["Maximum"],
        }),
      );
      const most = Math.max(0, ...Datapoints.map((point) => point.Maximum ?? 0));
      return most > 5 ? most : undefined;
    });
    assert.ok(used <= 100);
  });

  it("leave no process of an instance running once it is reported as terminated", async () => {
    const image = await baseImage(clients);
    const id = await launch(image, "#!/bin/bash\necho up\n");
    await untilPrinted(id, "up");
    // Boots and terminations are serialized: this termination would wait for the boots of the new instances
    const others = await Promise.all([launch(image, ""), launch(image, ""), launch(image, "")]);
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    assert.deepEqual(processesOf(id), []);
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: others }));
    await eventually(5, "the removal of its files", async () => {
      const left = readdirSync(join(emulator.runDir, "instances", id));
      return (left.length === 1 && left[0] === "console.log") || undefined;
    });
  });

  it("leave no process and no mount when the emulator itself is killed", async () => {
    const survivors = (await members(clients, "busy")).map((one) => String(one.InstanceId));
    assert.ok(survivors.some((id) => processesOf(id).length > 0));
    const exit = new Promise((done) => emulator.process.once("exit", done));
    emulator.process.kill("SIGKILL");
    await exit;
    await eventually(5, "the end of every sandbox", async () => processesOf(emulator.runDir).length === 0 || undefined);
    assert.ok(!readFileSync("/proc/self/mountinfo", "utf8").includes(emulator.runDir));
  });
});

/** Ids of processes in other mount namespaces whose mounts name the text. A sandbox's processes have its overlay in their mounts. */
function processesOf(text: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      if (readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync("/proc/self/ns/mnt")) return false;
      return readFileSync(`/proc/${pid}/mountinfo`, "utf8").includes(text);
    } catch (error) {
      if (error instanceof Error && /ENOENT|ESRCH|EINVAL|EACCES/.test(error.message)) return false;
      throw error;
    }
  });
}

async function listening(answer: string): Promise<Server> {
  const server = createServer((_, response) => response.end(answer));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function makeProfile(emulator: Emulator): Promise<void> {
  const iam = new IAMClient(emulator.client);
  await iam.send(new CreateRoleCommand({ RoleName: "node", AssumeRolePolicyDocument: "{}" }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "node" }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "node", RoleName: "node" }));
}
