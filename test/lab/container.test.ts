import assert from "node:assert/strict";
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DescribeImagesCommand, EC2Client, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type ChefClient, createChefClient } from "../../chef/client";
import { nodeName } from "../../chef/names";
import { until } from "../../lab/story/until";
import { keyPair, register } from "../helpers/chef-objects";
import { findGoiardi, freePort, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { readImageFile } from "../helpers/image-file";
import { notification } from "../helpers/messages";
import { findMoto, type Moto, startMoto } from "../helpers/moto";

const ROOT = join(__dirname, "../..");
const IMAGE = readImageFile(join(ROOT, "container/Dockerfile"));
const run = promisify(execFile);

describe("the worker's Dockerfile", () => {
  it("is valid, with only the bundle on a base without a shell, and a user other than root", () => {
    assert.deepEqual(IMAGE.complaints, []);
    assert.deepEqual([...IMAGE.files.keys()], ["dist/worker/worker.js", "dist/worker/health-check.js"]);
    assert.match(IMAGE.base, /\/distroless\/nodejs\d+-debian\d+:nonroot$/);
    assert.match(IMAGE.user, /^[1-9]\d*:[1-9]\d*$/);
    const needless = IMAGE.instructions.filter((name) => ["RUN", "ADD", "VOLUME", "ONBUILD", "SHELL"].includes(name));
    assert.deepEqual(needless, []);
  });
});

/** Tests what needs no Docker engine: the command, user, files and environment of the Dockerfile, in namespaces like a container's. */
describe("the worker's container", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "container-"));
  let server: Goiardi;
  let moto: Moto;
  let chef: ChefClient;
  let sqs: SQSClient;
  let settings: Record<string, string>;
  let terminated: string;
  let container: ChildProcess | undefined;

  before(async function () {
    const [goiardi, emulator] = [findGoiardi(), findMoto()];
    if (goiardi === undefined || emulator === undefined || process.getuid?.() !== 0) {
      return this.skip();
    }
    buildInto(join(folder, "files"));
    [server, moto] = await Promise.all([startGoiardi(goiardi), startMoto(emulator)]);
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
    settings = await prepare();
  });
  after(async () => {
    // The process inside changed its user, and therefore no longer dies with unshare. It is process 1, so its end also ends its namespace.
    if (container?.exitCode === null) process.kill(childOf(container), "SIGKILL");
    chef?.close();
    sqs?.destroy();
    await Promise.all([server?.remove(), moto?.stop()]);
    rmSync(folder, { recursive: true });
  });

  /** Creates a node whose instance is terminated and the message that announces this, and returns the worker's environment. */
  async function prepare(): Promise<Record<string, string>> {
    const aws = connection(moto);
    const ec2 = new EC2Client(aws);
    const image = (await ec2.send(new DescribeImagesCommand({}))).Images?.[0]?.ImageId;
    const one = { ImageId: image, MinCount: 1, MaxCount: 1, InstanceType: "t3.micro" as const };
    terminated = (await ec2.send(new RunInstancesCommand(one))).Instances?.[0]?.InstanceId ?? "";
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [terminated] }));
    await register(chef, nodeName("web", terminated), keyPair().publicKey, terminated);
    const parameter = { Name: "/chef/reaper", Type: "SecureString" as const, Value: server.adminKey };
    await new SSMClient(aws).send(new PutParameterCommand(parameter));
    sqs = new SQSClient(aws);
    const queue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
    const QueueUrl = await queue("contained");
    const MessageBody = JSON.stringify(notification("web", terminated));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    return {
      ...moto.environment,
      REAPER_CHEF_SERVER_URL: server.url,
      REAPER_CHEF_CLIENT_NAME: "admin",
      REAPER_CHEF_KEY: '{"ssmParameter":"/chef/reaper"}',
      REAPER_GROUPS: '["web"]',
      REAPER_DEAD_LETTER_QUEUE_URL: await queue("contained-dead"),
      REAPER_QUEUE_URL: QueueUrl,
      REAPER_PORT: String(await freePort()),
      REAPER_BIND_ADDRESS: "127.0.0.1",
    };
  }

  it("reaps as process 1 with a read-only root and without capabilities, is healthy, and drains on SIGTERM", async () => {
    const lines: string[] = [];
    container = start(folder, { ...IMAGE.environment, ...settings }, lines);
    const exit = new Promise((resolve) => container?.once("exit", resolve));
    const inside = await until({
      what: "the first message to be settled",
      timeoutSeconds: 60,
      look: async () => ({
        seen: lines.join("\n"),
        found: lines.join().includes('"settled"') ? childOf(container) : undefined,
      }),
    });
    assert.deepEqual(
      (await chef.listNodes()).filter((name) => name.startsWith("web-")),
      [],
      lines.join("\n"),
    );
    assert.deepEqual(await healthCheck(inside), { code: 0, live: true });
    assertConfined(inside);
    process.kill(inside, "SIGTERM");
    assert.equal(await exit, 0, lines.join("\n"));
  });

  /** Runs the image's health check where Docker runs it: in the container. */
  async function healthCheck(inside: number): Promise<{ code: number; live: boolean }> {
    const entering = [
      "--target",
      String(inside),
      "--mount",
      "--pid",
      "--root",
      "--setuid",
      "65532",
      "--setgid",
      "65532",
    ];
    const { stdout } = await run("nsenter", [...entering, ...IMAGE.healthCheck], {
      env: { ...IMAGE.environment, ...settings },
    });
    return { code: 0, live: JSON.parse(stdout).live };
  }
});

function connection({ environment }: Moto) {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { endpoint: environment.AWS_ENDPOINT_URL, region: environment.AWS_REGION, credentials };
}

/** Builds the bundle with the package's own script, and copies files as the COPY lines specify. */
function buildInto(files: string): void {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const built = mkdtempSync(join(tmpdir(), "bundle-"));
  const [program, ...words] = String(scripts["bundle:worker"]).split(" ");
  const outdir = `--outdir=${join(built, "dist/worker")}`;
  const args = words.map((word) => (word === "--outdir=dist/worker" ? outdir : word));
  execFileSync(join(ROOT, "node_modules/.bin", String(program)), args, { cwd: ROOT });
  for (const [from, to] of IMAGE.files) {
    mkdirSync(dirname(join(files, to)), { recursive: true });
    cpSync(join(built, from), join(files, to));
  }
  rmSync(built, { recursive: true });
}

function start(folder: string, environment: Record<string, string>, lines: string[]): ChildProcess {
  const root = join(folder, "root");
  mkdirSync(root);
  const script = join(ROOT, "test/helpers/contained.sh");
  const namespaces = ["--mount", "--pid", "--fork", "--propagation", "private"];
  const args = [...namespaces, "--", "bash", script, root, IMAGE.user, join(folder, "files"), ...IMAGE.command];
  const child = spawn("unshare", args, { env: { PATH: process.env.PATH, ...environment } });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => lines.push(String(chunk)));
  return child;
}

/** The container's process 1, as its pid on the host. */
function childOf(unshare: ChildProcess | undefined): number {
  return Number(readFileSync(`/proc/${unshare?.pid}/task/${unshare?.pid}/children`, "utf8"));
}

function assertConfined(pid: number): void {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
  assert.match(status, /^Groups:\t *$/m);
  assert.match(status, /^Cap(Prm|Eff):\t0+$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(readFileSync(`/proc/${pid}/mountinfo`, "utf8"), / \/ \/ ro[, ]/);
  assert.deepEqual(readdirSync(`/proc/${pid}/root/worker`).sort(), ["health-check.js", "worker.js"]);
  assert.ok(!readdirSync(`/proc/${pid}/root`).includes("bin"), "no shell");
}
