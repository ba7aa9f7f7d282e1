import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { labEnvironment } from "../../lab/services/environment";
import { places, projectRoot } from "../../lab/services/places";
import { hasCli, makeStandIn, previewer } from "../helpers/reviewed-project";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { packPackage } from "./packed-package";
import { readmeUsage } from "./readme-script";

const PACKAGE = "pulumi-chef-autoscaling";

/** A user with an account, two keys and the README, but nothing else of this project. The tarball replaces the npm package. */
describe(`a newcomer who follows the README in an empty folder with ${previewer}`, function () {
  this.timeout(300_000);
  const place = mkdtempSync(join(tmpdir(), "newcomer-"));
  const folder = join(place, "web");
  const { files, commands } = readmeUsage();
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    env = environmentOf(emulator, place);
    skipWhere(this, registryObstacle(env));
    mkdirSync(folder);
  });
  after(async () => {
    await emulator?.stop();
    rmSync(place, { recursive: true, force: true });
  });

  it("installs the package, stores the keys where the program expects them, and lists subnets", async () => {
    for (const name of ["validator", "operator"]) writeFileSync(join(folder, `${name}.pem`), privateKey());
    const tarball = packPackage(place);
    const install = (commands[0] ?? "").replace(` ${PACKAGE} `, ` ${tarball} `);
    assert.notEqual(install, commands[0]);
    const { code, output } = await bash(install);
    assert.equal(code, 0, output);
    assert.match(output, /^subnet-\w+\tus-east-1a\tvpc-\w+$/m);
    const ssm = new SSMClient(emulator.client);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/chef/operator.pem", WithDecryption: true }));
    assert.equal(Parameter?.Value?.trim(), readFileSync(join(folder, "operator.pem"), "utf8").trim());
  });

  it("gets a preview of what would be created, and passes the review", async () => {
    const program = await withOwnNames(files["index.ts"] ?? "", new EC2Client(emulator.client));
    writeFileSync(join(folder, "index.ts"), program);
    writeFileSync(join(folder, "Pulumi.yaml"), files["Pulumi.yaml"] ?? "");
    const { code, output } = await bash(commands[1] ?? "");
    assert.equal(code, 0, output);
    for (const made of ["ChefImage", "autoscaling:Group", "lambda:Function", "cloudwatch:MetricAlarm"]) {
      assert.ok(output.replaceAll("/", ":").toLowerCase().includes(made.toLowerCase()), `no ${made} in\n${output}`);
    }
    assert.match(output, /no mandatory findings\n$/);
    assert.equal(commands.length, 2, "the README has more commands than this newcomer ran");
  });

  it("gets a finding of the review if bake and group differ", async () => {
    const program = readFileSync(join(folder, "index.ts"), "utf8");
    writeFileSync(join(folder, "index.ts"), program.replace("t3.small", "t3.large"));
    const review = (commands[1] ?? "").split("\n").find((line) => line.includes(" review ")) ?? "";
    const { code, output } = await bash(review);
    assert.equal(code, 1, output);
    assert.match(output, /^mandatory {2}instance-type-matches-bake /m);
  });

  /** Runs commands as copied from a page, up to the first one that fails. */
  function bash(script: string): Promise<{ readonly code: number | null; readonly output: string }> {
    const shell = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env });
    const lines: string[] = [];
    for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (data) => lines.push(String(data)));
    return new Promise((done) => shell.on("close", (code) => done({ code, output: lines.join("") })));
  }
});

/** The emulator is the account and a folder holds the state; the CLI or its stand-in, the aws CLI and Packer are on PATH. */
function environmentOf({ client, sshPort }: Emulator, place: string): NodeJS.ProcessEnv {
  const env = labEnvironment(client.endpoint, sshPort);
  const standIn = hasCli ? [] : [makeStandIn(place)];
  const state = join(place, "state");
  mkdirSync(state);
  return {
    ...env,
    PATH: [join(projectRoot, "lab/providers/bin"), env.PATH, dirname(places.aws), ...standIn].join(delimiter),
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "newcomer",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_prefer_offline: "true",
    NODE_OPTIONS: "",
  };
}

/** Why nothing can be installed on this machine; undefined if it can. */
function registryObstacle(env: NodeJS.ProcessEnv): string | undefined {
  const { status, stderr } = spawnSync("npm", ["ping", "--fetch-retries", "0"], { env, encoding: "utf8" });
  return status === 0 ? undefined : `npm's registry does not answer: ${stderr.split("\n")[0]}`;
}

function privateKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

/** Returns the README's program with subnets of this account, as the README instructs. */
async function withOwnNames(program: string, ec2: EC2Client): Promise<string> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const [first, second] = Subnets.map(({ SubnetId = "" }) => SubnetId);
  const own = program.replace('"subnet-0a"', `"${first}"`).replace('"subnet-0b"', `"${second}"`);
  assert.ok(first && second && own.includes(first) && own.includes(second));
  return own;
}
