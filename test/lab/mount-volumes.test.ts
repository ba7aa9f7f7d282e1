import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mountVolumes } from "../../packer";

/** Uses real block devices that this machine creates from files. It has no NVMe device, so a program prints NVMe's answers. */
describe("the script that mounts volumes", function () {
  this.timeout(60_000);
  let folder: string;
  const loops: string[] = [];

  before(function () {
    if (run("losetup", "--find").status !== 0 || run("mkfs.ext4", "-V").status !== 0) this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "volumes-"));
    for (const name of ["dev", "bin", "data"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "fstab"), "");
  });
  afterEach(() => {
    for (const loop of loops.splice(0)) run("losetup", "--detach", loop);
    rmSync(folder, { recursive: true });
  });

  function run(command: string, ...args: string[]) {
    return spawnSync(command, args, { encoding: "utf8" });
  }

  /** Creates a device with these names. */
  function device(...names: string[]): string {
    const file = join(folder, `${names[0]}.img`);
    writeFileSync(file, "");
    truncateSync(file, 8 * 1024 * 1024);
    const loop = run("losetup", "--find", "--show", file).stdout.trim();
    assert.match(loop, /^\/dev\/loop/);
    loops.push(loop);
    for (const name of names) symlinkSync(loop, join(folder, "dev", name));
    return loop;
  }

  function program(name: string, text: string): void {
    const file = join(folder, "bin", name);
    writeFileSync(file, `#!/bin/bash\n${text}\n`);
    chmodSync(file, 0o755);
  }

  /** Runs the script in its own mount namespace, so that the mounts of this machine do not change. */
  function mount(deviceName: string, then: string, filesystem = "ext4") {
    const text = mountVolumes([{ deviceName, mountPoint: join(folder, "data"), filesystem }])
      .replace("dev=/dev", `dev=${folder}/dev`)
      .replace("fstab=/etc/fstab", `fstab=${folder}/fstab`)
      .replace("tries=30", "tries=1");
    writeFileSync(join(folder, "script"), text, { mode: 0o755 });
    const line = `PATH=${folder}/bin:/usr/sbin:/sbin:$PATH; ${folder}/script && ${then}`;
    const { status, stdout, stderr } = run("unshare", "--mount", "bash", "-c", line);
    return { status, output: stdout + stderr };
  }
  const fstab = () => readFileSync(join(folder, "fstab"), "utf8");

  it("creates a filesystem on a blank volume and mounts it, once", () => {
    device("sdf");
    const first = mount("/dev/sdf", `findmnt -no FSTYPE ${folder}/data && echo kept >${folder}/data/file`);
    assert.equal(first.status, 0, first.output);
    assert.match(
      first.output,
      /is blank; it is given a filesystem, ext4[\s\S]*'\/dev\/sdf' is mounted at[\s\S]*^ext4$/m,
    );
    assert.match(fstab(), new RegExp(`^UUID=[0-9a-f-]{36} ${folder}/data ext4 defaults,nofail 0 2\n$`));
    const second = mount("/dev/sdf", `cat ${folder}/data/file`);
    assert.equal(second.status, 0, second.output);
    assert.doesNotMatch(second.output, /is blank/);
    assert.match(second.output, /^kept$/m);
    assert.equal(fstab().split("\n").length, 2);
  });

  it("keeps content that is not a filesystem, and fails", () => {
    const loop = device("sdf");
    // An MBR partition table with one Linux partition that begins at sector 1
    const table = Buffer.alloc(512);
    Buffer.from([0x80, 0, 0, 0, 0x83, 0, 0, 0, 1, 0, 0, 0, 0xff, 7, 0, 0]).copy(table, 446);
    Buffer.from([0x55, 0xaa]).copy(table, 510);
    const disk = openSync(loop, "r+");
    writeSync(disk, table);
    closeSync(disk);
    const { status, output } = mount("/dev/sdf", "true");
    assert.equal(status, 1);
    assert.match(output, /holds no filesystem, but something else; it is left as it is/);
    assert.match(run("blkid", "-p", loop).stdout, /PTTYPE="dos"/);
  });

  it("finds a volume by its Xen device name", () => {
    device("xvdf");
    assert.equal(mount("/dev/sdf", "true").status, 0);
  });

  it("finds an NVMe volume by its controller's answer, whatever its number", () => {
    device("nvme1n1");
    device("nvme2n1");
    program("python3", "cat >/dev/null; case $2 in *nvme1n1) echo sdg ;; *) echo sdf ;; esac");
    const { status, output } = mount("/dev/sdf", "true");
    assert.equal(status, 0, output);
    assert.equal(run("blkid", "-p", join(folder, "dev", "nvme1n1")).status, 2);
    assert.equal(run("blkid", "-p", join(folder, "dev", "nvme2n1")).status, 0);
  });

  it("reports a missing volume, and a program that the image lacks", () => {
    device("sdf");
    assert.match(mount("/dev/sdg", "true").output, /there is no device '\/dev\/sdg' after 1 seconds/);
    if (run("mkfs.xfs", "-V").error) assert.match(mount("/dev/sdf", "true", "xfs").output, /has no 'mkfs\.xfs'/);
  });
});
