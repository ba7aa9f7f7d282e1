import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { labRegion } from "../../lab/services/aws-clients";
import { type Lab, startLab } from "../../lab/services/lab";
import { leftOver, takeInventory } from "../../lab/story/inventory";
import { instanceId, keyPair, register } from "../helpers/chef-objects";
import { componentsLiteral } from "../helpers/fresh-build";
import { notification } from "../helpers/messages";
import { startWorker } from "../helpers/worker";
import { writeProgram } from "../helpers/write-program";
import { eventually } from "./emulator-process";
import { assume } from "./role-maker";

const IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reaper:1.2.0";

const IN_ECS = { ServiceNamespace: "ecs" as const };

/** Checks the requests to AWS from its side; nothing runs in the emulator's ECS. */
describe("a reaper's service in the lab", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "service-"));
  let lab: Lab;

  before(async function () {
    if (process.getuid?.() !== 0) return this.skip();
    lab = await startLab();
  });
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is created with its scaling, whose task role permits all that its worker does, and leaves nothing", async () => {
    const before = await takeInventory(lab);
    const { Subnets = [] } = await lab.aws.ec2.send(new DescribeSubnetsCommand({}));
    writeProject(folder, lab, String(Subnets[0]?.SubnetId));
    const stateDir = join(folder, "state");
    const runner = inProcessRunner({ project: folder, stack: "dev", stateDir, environment: lab.environment });
    const up = await runner.up({ skipPreview: true });
    assert.ok(up.ok, up.output);
    await assess(lab);
    await reapAsTheTask(lab);
    const destroyed = await runner.destroy();
    assert.ok(destroyed.ok, destroyed.output);
    assert.deepEqual(leftOver(before, await takeInventory(lab)), []);
    const { scaling } = clientsOf(lab);
    assert.deepEqual((await scaling.send(new DescribeScalableTargetsCommand(IN_ECS))).ScalableTargets, []);
  });
});

function operator({ environment }: Lab) {
  const credentials = { accessKeyId: "lab", secretAccessKey: "lab" };
  return { endpoint: String(environment.AWS_ENDPOINT_URL), region: labRegion, credentials };
}

function clientsOf(lab: Lab) {
  const connection = operator(lab);
  return { ecs: new ECSClient(connection), scaling: new ApplicationAutoScalingClient(connection) };
}

/** Runs the worker as the task would: with its settings, and only with its role's permissions. */
async function reapAsTheTask(lab: Lab): Promise<void> {
  const { ecs } = clientsOf(lab);
  const { taskDefinitionArns: [taskDefinition] = [] } = await ecs.send(new ListTaskDefinitionsCommand({}));
  const task = (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
  const pairs = task?.containerDefinitions?.[0]?.environment?.map(({ name, value }) => [name, value]);
  const settings = Object.fromEntries(pairs ?? []) as Record<string, string>;
  const { credentials } = await assume({ client: operator(lab) }, String(task?.taskRoleArn));
  const id = instanceId(1);
  await register(lab.chef, `dev-web-${id}`, keyPair().publicKey, id);
  const now = new Date().toISOString();
  const MessageBody = JSON.stringify(notification("dev-web", id, { StartTime: now, EndTime: now, Time: now }));
  const sqs = new SQSClient(operator(lab));
  await sqs.send(new SendMessageCommand({ QueueUrl: settings.REAPER_QUEUE_URL, MessageBody }));
  const worker = startWorker({
    ...settings,
    AWS_ENDPOINT_URL: String(lab.environment.AWS_ENDPOINT_URL),
    AWS_REGION: labRegion,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
  try {
    const gone = async () => (await lab.chef.getNode(`dev-web-${id}`)) === undefined || undefined;
    await eventually(60, "the end of the node", gone);
    assert.ok(!worker.lines.some((line) => line.includes("not authorized")), worker.lines.join("\n"));
  } finally {
    worker.process.kill("SIGTERM");
    await worker.exit;
  }
}

async function assess(lab: Lab): Promise<void> {
  const { ecs, scaling } = clientsOf(lab);
  const [cluster] = (await ecs.send(new ListClustersCommand({}))).clusterArns ?? [];
  const { serviceArns: services = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  const [service] = (await ecs.send(new DescribeServicesCommand({ cluster, services }))).services ?? [];
  assert.deepEqual([service?.launchType, service?.desiredCount], ["FARGATE", 1]);
  const network = service?.networkConfiguration?.awsvpcConfiguration;
  assert.equal(network?.assignPublicIp, "DISABLED");
  const taskDefinition = service?.taskDefinition;
  const task = (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
  const [container] = task?.containerDefinitions ?? [];
  assert.deepEqual(
    [container?.image, container?.readonlyRootFilesystem, container?.user],
    [IMAGE, true, "65532:65532"],
  );
  const groups = new DescribeSecurityGroupsCommand({ GroupIds: network?.securityGroups });
  const [group] = (await lab.aws.ec2.send(groups)).SecurityGroups ?? [];
  assert.deepEqual(group?.IpPermissions, []);
  const { ScalableTargets: targets = [] } = await scaling.send(new DescribeScalableTargetsCommand(IN_ECS));
  assert.deepEqual(
    targets.map((target) => [target.ResourceId, target.MinCapacity, target.MaxCapacity]),
    [[`service/${cluster?.split("/").at(-1)}/${service?.serviceName}`, 1, 3]],
  );
  const { ScalingPolicies: policies = [] } = await scaling.send(new DescribeScalingPoliciesCommand(IN_ECS));
  const steps = policies.flatMap((policy) => policy.StepScalingPolicyConfiguration?.StepAdjustments ?? []);
  assert.deepEqual(steps.map((step) => step.ScalingAdjustment).sort(), [1, 2, 3]);
}

function writeProject(folder: string, lab: Lab, subnetId: string): void {
  const { validator, operator } = lab.keys;
  const args = {
    groupName: "dev-web",
    imageId: "ami-0deb1200000000001",
    instanceType: "t3.small",
    chef: {
      serverUrl: lab.chefUrl,
      validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
      operator: { name: operator.name, key: { ssmParameter: operator.parameter } },
    },
    capacity: { min: 0, max: 1 },
    availabilityZones: ["us-east-1a"],
    reaper: { mode: "service", service: { image: IMAGE, subnetIds: [subnetId], maxTasks: 3 } },
  };
  const program = [
    `import { ChefAutoScalingGroup } from ${componentsLiteral()};`,
    `new ChefAutoScalingGroup("web", ${JSON.stringify(args)});`,
  ];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "service", private: true }));
  writeProgram(folder, "service", program.join("\n"));
  writeFileSync(join(folder, "Pulumi.dev.yaml"), `config:\n  aws:region: ${labRegion}\n`);
}
