import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { until } from "../../lab/story/until";
import { installPacked } from "./packed-package";

/** The package as npm packs it, used by another program: components, the reaper's bundle, cleanup on destroy. */
describe("the packed package in another program", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  let lab: Lab | undefined;

  before(function () {
    if (process.getuid?.() !== 0) return this.skip();
    installPacked(folder);
  });

  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("deploys a group with each kind of launch, and removes their nodes and clients on destroy", async () => {
    lab = await startLab();
    writeProgram(folder, lab, await baseImage(lab));
    const stateDir = join(folder, "state");
    const runner = inProcessRunner({ project: folder, stack: "dev", stateDir, environment: lab.environment });
    const up = await runner.up();
    assert.ok(up.ok, up.output);
    const { chef } = lab;
    await until({
      what: "a node of each group",
      timeoutSeconds: 60,
      look: async () => {
        const nodes = (await chef.listNodes()).filter(isOurs);
        return { seen: nodes.join(", "), found: nodes.length === 2 ? nodes : undefined };
      },
    });

    assertWell(folder, JSON.stringify(await runner.outputs()), lab.environment);

    const destroy = await runner.destroy();
    assert.ok(destroy.ok, destroy.output);
    assert.deepEqual((await chef.listNodes()).filter(isOurs), []);
    assert.deepEqual((await chef.listClients()).filter(isOurs), []);
    const key = keyBody(readFileSync(lab.keys.operator.keyFile, "utf8"));
    for (const file of readdirSync(stateDir, { recursive: true, encoding: "utf8" })) {
      assert.ok(!textOf(join(stateDir, file)).includes(key), `${file} holds the operator's key`);
    }
  });
});

/** Asserts that the installed doctor, given only the stack's outputs, finds no problem with what the installed components created. */
function assertWell(folder: string, outputs: string, environment: NodeJS.ProcessEnv): void {
  const command = join(folder, "node_modules/pulumi-chef-autoscaling/dist/cli/main.js");
  const options = { cwd: folder, input: outputs, env: environment, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(command, ["doctor", "--outputs", "-"], options);
  assert.equal(status, 0, stdout + stderr);
  for (const title of ["Group dev-template", "Reaper of dev-configuration"]) assert.ok(stdout.includes(title), stdout);
}

const isOurs = (name: string): boolean => /^dev-(template|configuration)-i-/.test(name);

function writeProgram(folder: string, lab: Lab, imageId: string): void {
  const place = (parameter: string) => ({ ssmParameter: parameter });
  const chef = {
    serverUrl: lab.chefUrl,
    validator: { name: lab.keys.validator.name, key: place(lab.keys.validator.parameter) },
    operator: { name: lab.keys.operator.name, key: place(lab.keys.operator.parameter) },
  };
  const common = {
    imageId,
    instanceType: "t3.small",
    chef,
    capacity: { min: 1, max: 2 },
    availabilityZones: ["us-east-1a"],
  };
  const group = (launch: string) =>
    `export const ${launch} = outputsOf(new ChefAutoScalingGroup("${launch}", ${JSON.stringify({ ...common, launch, groupName: `dev-${launch}` })}));`;
  const program = [
    'import { ChefAutoScalingGroup } from "pulumi-chef-autoscaling";',
    "const outputsOf = ({ autoScalingGroupName, queueUrl, deadLetterQueueUrl, reaperFunctionName }: ChefAutoScalingGroup) =>",
    "  ({ autoScalingGroupName, queueUrl, deadLetterQueueUrl, reaperFunctionName });",
    group("template"),
    group("configuration"),
  ];
  writeFileSync(join(folder, "index.ts"), program.join("\n"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: consumer\nruntime: nodejs\nmain: index.ts\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  aws:region: us-east-1\n");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
}

async function baseImage(lab: Lab): Promise<string> {
  const { Images } = await lab.aws.ec2.send(new DescribeImagesCommand({}));
  return Images?.[0]?.ImageId as string;
}

function keyBody(pem: string): string {
  return pem.split("\n")[1] as string;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EISDIR") return "";
    throw error;
  }
}
