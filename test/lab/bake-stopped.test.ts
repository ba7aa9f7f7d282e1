import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Lab, startLab } from "../../lab/services/lab";
import { FOLDER_PREFIX } from "../../packer/leftovers/folders";
import {
  type BakeProcess,
  bakedImages,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";

/** Lines of Packer after which, and some random time later, the stop comes. */
const MOMENTS = [
  "bake: the bake's node is",
  "Creating temporary keypair",
  "Launching a source",
  "Provisioning with shell script",
  "Stopping the source instance",
  "Creating AMI",
  "Adding tags to AMI",
];

/** Who is stopped, and how. */
const STOPS: Record<string, (bake: BakeProcess) => void> = {
  "SIGTERM to the command": ({ shell }) => process.kill(commandOf(shell.pid ?? 0), "SIGTERM"),
  "SIGINT to its process group, as Ctrl-C sends it": ({ shell }) => process.kill(-(shell.pid ?? 0), "SIGINT"),
  "SIGKILL to the shell alone, as a cancelled update sends it": ({ shell }) => shell.kill("SIGKILL"),
  "SIGKILL to its process group": ({ shell }) => process.kill(-(shell.pid ?? 0), "SIGKILL"),
  "the end of its reader, while the shell lives on": ({ shell }) => {
    shell.stdout?.destroy();
    shell.stderr?.destroy();
  },
  "SIGKILL to the supervisor itself": ({ shell }) => process.kill(childOf(commandOf(shell.pid ?? 0)), "SIGKILL"),
};

describe("a bake that is stopped", function () {
  this.timeout(60_000);
  let lab: Lab;
  let atRest: string[];
  /** Where bakes keep their private folders, apart from those of others on this machine. */
  let temporary: string;
  let count = 0;

  before(async () => {
    lab = await startLab();
    await createInstanceProfile(lab);
    atRest = await leftovers(lab);
    temporary = mkdtempSync(join(tmpdir(), "stopped-"));
  });
  after(async () => {
    await lab?.stop();
    rmSync(temporary, { recursive: true });
  });

  for (const [stopped, stop] of Object.entries(STOPS)) {
    for (const moment of MOMENTS) {
      const laterMs = Math.round(Math.random() * 400);
      it(`by ${stopped}, ${laterMs} ms after '${moment}', leaves nothing`, async () => {
        const name = `stopped${count++}`;
        const bake = startBake(bakeEnvironment(lab, labSpec(lab, name), { TMPDIR: temporary }));
        await until(bake, moment);
        await pause(laterMs);
        // The last moment is close to the end, on a fast machine too close
        if (bake.shell.exitCode === null && !bake.output().includes("Builds finished")) stop(bake);
        const { code, stdout, stderr } = await bake.ended;
        assert.deepEqual(await leftovers(lab), atRest, stderr);
        assert.deepEqual(await bakeNodes(lab), [], stderr);
        assert.deepEqual(bakeFolders(temporary), []);
        await assertImage(name, code === 0 ? stdout : undefined, stderr);
      });
    }
  }

  /** The stop may come when Packer is done: then the image is whole, and the next bake finds it. */
  async function assertImage(name: string, stdout: string | undefined, stderr: string): Promise<void> {
    const images = await bakedImages(lab, name);
    if (stdout) assert.equal(images[0]?.ImageId, JSON.parse(stdout).imageId);
    const whole = images.every((image) => image.Tags?.some(({ Key }) => Key === "chef-autoscaling:fingerprint"));
    assert.ok(whole && images.length <= 1, `${JSON.stringify(images)}\n${stderr}`);
  }
});

async function until(bake: BakeProcess, line: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!bake.output().includes(line)) {
    assert.ok(Date.now() < deadline, `'${line}' did not come:\n${bake.output()}`);
    await pause(20);
  }
}

/** Some shells replace themselves by their last command. */
function commandOf(shell: number): number {
  const replaced = readFileSync(`/proc/${shell}/cmdline`, "latin1").startsWith(process.execPath);
  return replaced ? shell : childOf(shell);
}

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const bake = children.find((child) => commandLine(child).some((argument) => argument.endsWith("packer/bake.ts")));
  assert.ok(bake, `process ${pid} has no bake running any more; the stop came too late`);
  return Number(bake);
}

function commandLine(pid: string): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
}

/** tsx keeps a folder of its own there. */
function bakeFolders(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith(FOLDER_PREFIX));
}
