import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { capturesOf, withCaptures } from "./first-hour-page";
import { installPacked } from "./packed-package";
import { readmeUsage } from "./readme-script";

const PAGE = join(projectRoot, "docs/first-hour.md");

/** A run in which something is not there. */
interface Situation {
  readonly config?: Readonly<Record<string, unknown>>;
  /** In place of Pulumi.staging.yaml. */
  readonly configFile?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default the program of this repository */
  readonly project?: string;
  readonly command?: "preview" | "up";
  readonly policyPacks?: readonly string[];
}

/** `WRITE_PAGES=1 npm run test:lab -- test/lab/first-hour.test.ts` writes the page anew. */
describe("docs/first-hour.md", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "first-hour-"));
  const page = readFileSync(PAGE, "utf8");
  const captured = new Map<string, string>();
  let lab: Lab | undefined;

  before(async function () {
    if (process.getuid?.() !== 0) return this.skip();
    lab = await startLab();
    await makeProgram(folder, lab);
  });
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of capturesOf(page)) {
    it(`shows what is said: ${name}`, async () => {
      assert.ok(lab);
      captured.set(name, await capture(lab, name));
    });
  }

  it("is what was captured just now", () => {
    const written = withCaptures(page, captured);
    if (process.env.WRITE_PAGES) writeFileSync(PAGE, written);
    else assert.equal(page, written);
  });

  async function capture(running: Lab, name: string): Promise<string> {
    const situation = await situationOf(running, folder, name);
    const { command = "preview", project = projectRoot, environment, ...options } = situation;
    const runner = inProcessRunner({
      configFile: join(projectRoot, "Pulumi.staging.yaml"),
      ...options,
      project,
      stack: "staging",
      stateDir: join(folder, `state-${name}`),
      environment: { ...running.environment, ...environment },
    });
    const { diagnostics, policyViolations, output } = await runner[command]();
    const violations = policyViolations.map(({ level, policy, message }) => `${level} ${policy}\n${message}`);
    const said = [...violations, ...diagnostics.filter((line) => !/RSA key pairs/.test(line))].join("\n");
    assert.ok(said, `nothing was said:\n${output}`);
    return withExampleNames(said, running, folder);
  }
});

/** What the program needs, its own names in the example's place. */
function chefOf({ chefUrl, keys: { validator, operator } }: Lab, operatorKey = operator.parameter) {
  return {
    serverUrl: chefUrl,
    validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
    operator: { name: operator.name, key: { ssmParameter: operatorKey } },
  };
}

async function situationOf(lab: Lab, folder: string, name: string): Promise<Situation> {
  const chef = { "chef-autoscaling:chef": chefOf(lab) };
  const group = (settings: object) => ({ "chef-autoscaling:groups": { web: { min: 1, max: 2, ...settings } } });
  const zones = { availabilityZones: ["us-east-1a"] };
  const PATH = "/usr/local/bin:/usr/bin:/bin";
  const nothing = join(folder, "none.yaml");
  switch (name) {
    case "missing-packer":
      return { project: folder, configFile: join(folder, "Pulumi.staging.yaml"), environment: { PATH } };
    case "missing-packer-clone":
      return { config: chef, environment: { PATH } };
    case "no-credentials":
      return { config: chef, environment: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" } };
    case "wrong-key":
      return { config: { "chef-autoscaling:chef": chefOf(lab, await storeOtherKey(lab)) } };
    case "wrong-region":
      return { config: { ...chef, "aws:region": "us-west-2" } };
    case "missing-configuration":
      return { configFile: nothing, config: { "aws:region": "us-east-1" } };
    case "misspelt-configuration":
      return { config: { ...chef, ...group({ ...zones, instaceType: "t3.small" }) } };
    case "no-region":
      return {
        configFile: nothing,
        config: { ...chef, "chef-autoscaling:imageId": "ami-1", ...group({ ...zones, instanceType: "t3.small" }) },
      };
    case "refused-by-policy":
      return {
        config: { ...chef, ...group({ ...zones, instanceType: "t3.large" }) },
        policyPacks: [join(projectRoot, "policy")],
      };
    case "no-default-vpc":
      await removeNetworks(lab);
      return {
        command: "up",
        config: {
          ...chef,
          "chef-autoscaling:imageId": "ami-0deb1200000000001",
          ...group({ ...zones, instanceType: "t3.small" }),
        },
      };
    default:
      throw new Error(`there is no situation '${name}'`);
  }
}

/** The README's program, in a folder with the package as it is packed. */
async function makeProgram(folder: string, lab: Lab): Promise<void> {
  installPacked(folder);
  const { Subnets = [] } = await lab.aws.ec2.send(new DescribeSubnetsCommand({}));
  const [first = "", second = ""] = Subnets.map(({ SubnetId = "" }) => SubnetId);
  const { files } = readmeUsage();
  const program = files["index.ts"]?.replace("subnet-0a", first).replace("subnet-0b", second) ?? "";
  writeFileSync(join(folder, "index.ts"), program);
  writeFileSync(join(folder, "Pulumi.yaml"), files["Pulumi.yaml"] ?? "");
  writeFileSync(join(folder, "Pulumi.staging.yaml"), "config:\n  aws:region: us-east-1\n");
  writeFileSync(join(folder, "package.json"), "{}");
}

async function storeOtherKey({ aws }: Lab): Promise<string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const Value = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  await aws.ssm.send(
    new PutParameterCommand({ Name: "/chef/other.pem", Value, Type: "SecureString", Overwrite: true }),
  );
  return "/chef/other.pem";
}

async function removeNetworks({ aws: { ec2 } }: Lab): Promise<void> {
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  for (const { SubnetId } of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  for (const { VpcId } of Vpcs) await ec2.send(new DeleteVpcCommand({ VpcId }));
}

function withExampleNames(text: string, { chefUrl, endpoint }: Lab, folder: string): string {
  return text
    .replaceAll(chefUrl, "https://chef.example.com/organizations/acme")
    .replaceAll(endpoint, "https://ssm.us-east-1.amazonaws.com")
    .replaceAll(folder, "/home/you/web")
    .replaceAll(projectRoot, "/home/you/clone");
}
