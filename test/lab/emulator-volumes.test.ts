import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import {
  type _InstanceType,
  CreateSnapshotCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EbsBlockDevice,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { mountVolumes } from "../../packer";
import { baseImage, type Clients, clientsOf } from "./emulator-fleet";
import {
  type Emulator,
  emulatorObstacle,
  eventually,
  sandboxObstacle,
  skipWhere,
  startEmulator,
  volumeObstacle,
} from "./emulator-process";

const run = promisify(execFile);
const ENTER = resolve(__dirname, "../../lab/emulator/enter.sh");

/** Sends a command with changed fields to the NVMe controller, and prints the result. */
const ASK = `
import ctypes, fcntl, struct, sys
said = ctypes.create_string_buffer(4096)
fields = dict(opcode=6, flags=0, cns=1, length=4096, addr=ctypes.addressof(said))
fields.update((name, int(value)) for name, value in (one.split("=") for one in sys.argv[2:]))
command = struct.pack("=BBHIIIQQII8I", fields["opcode"], fields["flags"], 0, 0, 0, 0, 0, fields["addr"], 0, fields["length"], fields["cns"], *[0] * 7)
try:
    with open(sys.argv[1], "rb") as device:
        print(fcntl.ioctl(device, 0xC0484E41, bytearray(command)), said.raw[24:64].decode().strip(), said.raw[3072:3104].decode().strip())
except OSError as error:
    print(error.strerror)
`;

describe("emulator: volumes besides the root volume", function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let clients: Clients;

  before(async function () {
    skipWhere(this, emulatorObstacle() ?? sandboxObstacle() ?? volumeObstacle());
    emulator = await startEmulator("sandboxes");
    clients = clientsOf(emulator);
  });
  after(() => emulator?.stop());

  const on = async (id: string, ...command: string[]) =>
    (await run(ENTER, [emulator.runDir, id, ...command])).stdout.trim();
  const backed = async () => (await run("losetup", ["--list", "--noheadings"])).stdout.includes(emulator.runDir);

  async function launch(
    kind: _InstanceType,
    volumes: Record<string, EbsBlockDevice>,
    then = "echo booted",
  ): Promise<string> {
    const mounted = Object.keys(volumes).map((deviceName) => ({
      deviceName,
      mountPoint: `/data/${deviceName.slice(-1)}`,
      filesystem: "ext4",
    }));
    const { Instances } = await clients.ec2.send(
      new RunInstancesCommand({
        ImageId: await baseImage(clients),
        InstanceType: kind,
        MinCount: 1,
        MaxCount: 1,
        BlockDeviceMappings: Object.entries(volumes).map(([DeviceName, Ebs]) => ({ DeviceName, Ebs })),
        UserData: Buffer.from(`${mountVolumes(mounted)}\n${then}\n`).toString("base64"),
      }),
    );
    const id = String(Instances?.[0]?.InstanceId);
    await printed(id, "user data ended");
    return id;
  }

  const printed = (id: string, line: string, times = 1) =>
    eventually(30, `'${line}' on the console of ${id}`, async () => {
      const path = join(emulator.runDir, "instances", id, "console.log");
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      return text.split(line).length > times ? text : undefined;
    });

  const volumeOf = async (id: string, device: string) => {
    const found = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const mappings = found.Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings ?? [];
    return String(mappings.find(({ DeviceName }) => DeviceName === device)?.Ebs?.VolumeId);
  };

  it("are NVMe devices on Nitro, identified by a controller; fstab mounts them at a later boot", async () => {
    const volumes = {
      "/dev/sdf": { VolumeSize: 1, DeleteOnTermination: true },
      "/dev/sdg": { VolumeSize: 2, DeleteOnTermination: false },
    };
    const id = await launch("t3.small", volumes, "echo first >/data/f/file");
    assert.equal(await on(id, "ls", "/dev", "--hide=[!n]*", "--hide=null"), "nvme1n1\nnvme2n1");
    assert.equal(await on(id, "findmnt", "-rno", "SOURCE,FSTYPE", "/data/f"), "/dev/nvme2n1 ext4");
    assert.equal(await on(id, "findmnt", "-rno", "SOURCE,FSTYPE", "/data/g"), "/dev/nvme1n1 ext4");
    assert.equal(await on(id, "blockdev", "--getsize64", "/dev/nvme1n1"), String(2 * 1024 ** 3));

    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    assert.equal(await backed(), false);
    const [first, second] = [await volumeOf(id, "/dev/sdf"), await volumeOf(id, "/dev/sdg")];
    const { SnapshotId = "" } = await clients.ec2.send(new CreateSnapshotCommand({ VolumeId: first }));
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    const again = await eventually(20, "the file after a restart", () =>
      on(id, "cat", "/data/f/file").catch(() => undefined),
    );
    assert.equal(again, "first");

    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    const left = await clients.ec2.send(new DescribeVolumesCommand({}));
    const ids = left.Volumes?.map(({ VolumeId }) => VolumeId) ?? [];
    assert.deepEqual([ids.includes(first), ids.includes(second)], [false, true]);
    await eventually(10, "the release of its devices", async () => !(await backed()) || undefined);
    assert.equal(existsSync(join(emulator.runDir, "volumes", first)), false);
    assert.equal(existsSync(join(emulator.runDir, "volumes", second)), true);

    const other = await launch("t2.micro", { "/dev/sdf": { VolumeSize: 3, SnapshotId } }, "cat /data/f/file");
    const words = await printed(other, "user data ended");
    assert.doesNotMatch(words, /is blank/);
    assert.match(words, /^first$/m);
    assert.equal(await on(other, "findmnt", "-no", "SOURCE", "/data/f"), "/dev/xvdf");
  });

  it("answer only Identify Controller, with the errors of the kernel and of a controller", async () => {
    const id = await launch("m5.large", { "/dev/sdf": { VolumeSize: 1 } });
    const ask = (device: string, ...changed: string[]) => on(id, "python3", "-c", ASK, device, ...changed);
    assert.equal(await ask("/dev/nvme1n1"), "0 Amazon Elastic Block Store /dev/sdf");
    assert.equal(await ask("/dev/nvme1n1", "flags=1"), "Invalid argument");
    assert.equal(await ask("/dev/nvme1n1", "addr=0"), "Bad address");
    assert.match(await ask("/dev/nvme1n1", "opcode=2"), /^16385/);
    assert.match(await ask("/dev/nvme1n1", "cns=0"), /^16386/);
    assert.match(await ask("/dev/nvme1n1", "length=512"), /^16386/);
    assert.equal(await ask("/dev/null"), "Inappropriate ioctl for device");
  });

  it("are released with the emulator, however it ends", async () => {
    assert.equal(await backed(), true);
    const exit = new Promise((done) => emulator.process.once("exit", done));
    emulator.process.kill("SIGKILL");
    await exit;
    await eventually(10, "the release of every device", async () => !(await backed()) || undefined);
  });
});
