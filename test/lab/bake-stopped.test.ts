import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeImagesCommand, EC2Client, type Image } from "@aws-sdk/client-ec2";
import { type Lab, startLab } from "../../lab/services/lab";
import type { BakeSpec } from "../../packer";
import { FOLDER_PREFIX } from "../../packer/sweep/folders";
import {
  type BakeProcess,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";
import { descendants } from "../helpers/descendants";

/** Each bake is stopped a random time after one of these lines. */
const MOMENTS = [
  "bake: the bake's node is",
  "Creating temporary keypair",
  "Launching a source",
  "copying files",
  "converging with Chef",
  "looking for leaks",
  "Stopping the source instance",
  "Creating AMI",
  "to other regions",
  "Adding tags to AMI",
];

/** For all bakes here, since they can also leave behind a copy in another region and an intermediate image for the encryption. */
const ABROAD: Partial<BakeSpec> = { encryption: {}, copies: { "eu-west-3": {} } };

/** Which process is stopped, and how. */
const STOPS: Record<string, (bake: BakeProcess) => void> = {
  "SIGTERM to the command": ({ shell }) => process.kill(commandOf(shell.pid ?? 0), "SIGTERM"),
  "SIGINT to its process group, as Ctrl-C sends it": ({ shell }) => process.kill(-(shell.pid ?? 0), "SIGINT"),
  "SIGKILL to the shell alone, as a cancelled update sends it": ({ shell }) => shell.kill("SIGKILL"),
  "SIGKILL to its process group": ({ shell }) => process.kill(-(shell.pid ?? 0), "SIGKILL"),
  "the end of its reader, while the shell lives on": ({ shell }) => {
    shell.stdout?.destroy();
    shell.stderr?.destroy();
  },
  "SIGKILL to Packer itself, as the kernel does when memory runs out": ({ shell }) => {
    const packer = descendants(shell.pid ?? 0).find((pid) => commandLine(String(pid))[1] === "build");
    if (packer) process.kill(packer, "SIGKILL");
  },
  "SIGKILL to the supervisor itself": ({ shell }) => process.kill(childOf(commandOf(shell.pid ?? 0)), "SIGKILL"),
};

/** Number of these stops for each moment. They take turns, so that each is tried at several moments, early and late ones. */
const STOPS_A_MOMENT = 3;

const REGIONS = ["us-east-1", "eu-west-3"];
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

describe("a bake that is stopped", function () {
  this.timeout(240_000);
  let lab: Lab;
  let atRest: string[];
  /** Where bakes create their private folders, separate from those of other bakes on this machine. */
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

  for (const [index, moment] of MOMENTS.entries()) {
    it(`at '${moment}' leaves nothing, whichever process is stopped and how`, async () => {
      const stopped = await Promise.all(stopsOf(index).map(([how, stop]) => stopAt(moment, how, stop)));
      const told = stopped.map(({ how, stderr }) => `${how}\n${stderr}`).join("\n");
      assert.deepEqual(await leftovers(lab), atRest, told);
      assert.deepEqual(await bakeNodes(lab), [], told);
      assert.deepEqual(bakeFolders(temporary), [], told);
      const images = await imagesEverywhere();
      for (const { name, stdout } of stopped) assertImages(images, name, stdout, told);
    });
  }

  async function stopAt(moment: string, title: string, stop: (bake: BakeProcess) => void) {
    const laterMs = Math.round(Math.random() * 400);
    const name = `stopped${count++}`;
    const bake = startBake(bakeEnvironment(lab, labSpec(lab, name, ABROAD), { TMPDIR: temporary }));
    await until(bake, moment);
    await pause(laterMs);
    // The last moment is close to the end of the bake, on a fast machine too close
    const isOver = bake.shell.exitCode !== null || bake.output().includes("Builds finished");
    if (!isOver) stop(bake);
    const { code, stdout, stderr } = await bake.ended;
    const how = `${name}: ${isOver ? "over before" : title}, ${laterMs} ms after '${moment}'`;
    return { how, name, stderr, stdout: code === 0 ? stdout : undefined };
  }

  /** Returns the names of the images in both regions; those without a fingerprint are marked as unfinished. */
  async function imagesEverywhere(): Promise<string[]> {
    const names = REGIONS.map(async (region) => {
      const ec2 = new EC2Client({ region, endpoint: lab.endpoint, credentials: CREDENTIALS });
      const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
      return Images.map((image) => `${region} ${isWhole(image) ? "" : "unfinished "}${image.Name} ${image.ImageId}`);
    });
    return (await Promise.all(names)).flat();
  }
});

function stopsOf(moment: number): (readonly [string, (bake: BakeProcess) => void])[] {
  const all = Object.entries(STOPS);
  const turns = Array.from({ length: STOPS_A_MOMENT }, (_, turn) => all[(moment * STOPS_A_MOMENT + turn) % all.length]);
  return turns.filter((stop) => stop !== undefined);
}

/** If Packer had finished, or had finished in one region, the images there are complete, and the next bake finds them. */
function assertImages(images: readonly string[], name: string, stdout: string | undefined, told: string): void {
  assert.deepEqual(
    images.filter((image) => image.includes("unfinished")),
    [],
    told,
  );
  const own = images.filter((image) => image.includes(` ${name}-`));
  for (const region of REGIONS) {
    assert.ok(own.filter((image) => image.startsWith(region)).length <= 1, `${own.join("\n")}\n${told}`);
  }
  const ids: Record<string, string> = stdout ? JSON.parse(stdout).imageIds : {};
  for (const [region, id] of Object.entries(ids)) {
    assert.ok(
      own.some((image) => image.startsWith(region) && image.endsWith(id)),
      `${own.join("\n")}\n${told}`,
    );
  }
}

function isWhole({ Tags = [] }: Image): boolean {
  return Tags.some(({ Key }) => Key === "chef-autoscaling:fingerprint");
}

async function until(bake: BakeProcess, line: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!bake.output().includes(line)) {
    assert.ok(Date.now() < deadline, `'${line}' did not come:\n${bake.output()}`);
    await pause(20);
  }
}

/** Some shells replace their own process with their last command. */
function commandOf(shell: number): number {
  const replaced = readFileSync(`/proc/${shell}/cmdline`, "latin1").startsWith(process.execPath);
  return replaced ? shell : childOf(shell);
}

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const bake = children.find((child) => commandLine(child).some((argument) => /packer\/bake\.(ts|js)$/.test(argument)));
  assert.ok(bake, `process ${pid} has no bake running any more; the stop came too late`);
  return Number(bake);
}

function commandLine(pid: string): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
}

/** tsx keeps a folder of its own there, which does not count. */
function bakeFolders(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith(FOLDER_PREFIX));
}
