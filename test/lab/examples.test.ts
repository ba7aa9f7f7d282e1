import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type Instance,
} from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { labRegion } from "../../lab/services/aws-clients";
import { type Lab, startLab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { leftOver, takeInventory } from "../../lab/story/inventory";
import { until } from "../../lab/story/until";
import { examplesTried } from "../helpers/example-list";
import { createWebhook } from "../helpers/webhook";
import { installPacked } from "./packed-package";

const BASE_IMAGE = "ami-0deb1200000000001";

/** What an example has created. */
interface Up {
  readonly lab: Lab;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Configuration besides `chef` and `imageId`, and a check that the example does what it demonstrates. */
interface Example {
  readonly config?: (lab: Lab) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Files in addition to the program. */
  readonly more?: readonly string[];
  readonly nodes: number;
  assess(up: Up): Promise<void>;
}

/** The webhook that the example of a team's own target notifies. */
const WEBHOOK = createWebhook();

const EXAMPLES: Readonly<Record<string, Example>> = {
  minimal: { nodes: 1, assess: minimal },
  "existing-vpc-load-balancer": { config: existingVpc, nodes: 2, assess: loadBalancer },
  "mixed-spot": { nodes: 3, assess: mixedSpot },
  "instance-permissions": { nodes: 1, assess: instancePermissions },
  "launch-configuration": { nodes: 1, assess: launchConfiguration },
  "own-image": {
    config: () => ({ imageName: "debian-12-amd64-*", imageOwner: "136693071363" }),
    nodes: 1,
    assess: ownImage,
  },
  "own-target": { config: () => ({ webhookUrl: WEBHOOK.url() }), more: ["reaper.ts"], nodes: 1, assess: ownTarget },
  "two-groups-one-image": { nodes: 2, assess: twoGroups },
};

describe("the deployed examples, with the packed package", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "examples-"));
  let lab: Lab;

  before(async function () {
    if (process.getuid?.() !== 0) {
      console.log("    skipped: the lab's instances need root");
      return this.skip();
    }
    installPacked(folder);
    for (const name of Object.keys(EXAMPLES)) {
      cpSync(join(projectRoot, "examples", name), join(folder, name), { recursive: true });
    }
    await WEBHOOK.start();
    lab = await startLab();
  });

  after(async () => {
    await lab?.stop();
    WEBHOOK.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are all that are marked so, each with a program, a project, its dependencies and a short README", () => {
    assert.deepEqual(examplesTried(projectRoot, "in the lab").sort(), Object.keys(EXAMPLES).sort());
    const version = versionOf(join(projectRoot, "package.json"));
    for (const [name, { more = [] }] of Object.entries(EXAMPLES)) {
      const files = readdirSync(join(folder, name)).sort();
      assert.deepEqual(files, ["Pulumi.yaml", "README.md", "index.ts", "package.json", ...more]);
      const { dependencies } = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
      assert.equal(dependencies["pulumi-chef-autoscaling"], `^${version}`, name);
      const program = readFileSync(join(folder, name, "index.ts"), "utf8");
      // Without a public address, there is no route to the Chef server in AWS. The lab's instances reach it in any case
      if (program.includes("availabilityZones")) assert.match(program, /publicAddress: true/, name);
    }
  });

  for (const [name, example] of Object.entries(EXAMPLES)) {
    it(`${name}: is deployed, does what it demonstrates, and leaves nothing`, async () => {
      const before = await takeInventory(lab);
      const runner = inProcessRunner({
        project: join(folder, name),
        stack: "dev",
        stateDir: join(folder, "state"),
        environment: lab.environment,
        config: { "aws:region": labRegion, ...namespaced(name, { ...common(lab), ...(await example.config?.(lab)) }) },
      });
      const up = await runner.up();
      assert.ok(up.ok, up.output);
      try {
        await untilNodes(lab, before.nodes ?? [], example.nodes);
        await example.assess({ lab, outputs: await runner.outputs() });
      } finally {
        const destroyed = await runner.destroy();
        assert.ok(destroyed.ok, destroyed.output);
      }
      // An instance's processes end a moment after it is terminated
      await until({
        what: "nothing left",
        timeoutSeconds: 30,
        look: async () => {
          const left = leftOver(before, await takeInventory(lab));
          return { seen: left.join(", "), found: left.length === 0 ? true : undefined };
        },
      });
    });
  }
});

function versionOf(file: string): string {
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function common({ chefUrl, keys: { validator, operator } }: Lab): Record<string, string> {
  const chef = {
    serverUrl: chefUrl,
    validator: { name: validator.name, key: { ssmParameter: validator.parameter } },
    operator: { name: operator.name, key: { ssmParameter: operator.parameter } },
  };
  return { imageId: BASE_IMAGE, chef: JSON.stringify(chef) };
}

function namespaced(project: string, config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]));
}

async function untilNodes({ chef }: Lab, before: readonly string[], count: number): Promise<void> {
  await until({
    what: `${count} new nodes on the Chef server`,
    timeoutSeconds: 120,
    look: async () => {
      const nodes = (await chef.listNodes()).filter((name) => !before.includes(name));
      return { seen: nodes.join(", "), found: nodes.length >= count ? nodes : undefined };
    },
  });
}

async function groupOf({ lab, outputs }: Up, name = outputs.group): Promise<AutoScalingGroup> {
  const request = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [String(name)] });
  const [found] = (await lab.aws.autoScaling.send(request)).AutoScalingGroups ?? [];
  assert.ok(found, `there is no group '${String(name)}'`);
  return found;
}

async function instancesOf({ lab }: Up, { Instances = [] }: AutoScalingGroup): Promise<Instance[]> {
  const InstanceIds = Instances.map(({ InstanceId }) => String(InstanceId));
  const { Reservations = [] } = await lab.aws.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  return Reservations.flatMap((one) => one.Instances ?? []);
}

async function policyTypes({ lab, outputs }: Up): Promise<(string | undefined)[]> {
  const request = new DescribePoliciesCommand({ AutoScalingGroupName: String(outputs.group) });
  const { ScalingPolicies = [] } = await lab.aws.autoScaling.send(request);
  return ScalingPolicies.map((one) => one.PolicyType);
}

async function minimal(up: Up): Promise<void> {
  const group = await groupOf(up);
  assert.deepEqual([group.MinSize, group.MaxSize, group.Instances?.length], [1, 4, 1]);
  assert.match(String(group.LaunchTemplate?.Version), /^\d+$/);
  assert.deepEqual(await policyTypes(up), ["StepScaling", "StepScaling"]);
}

async function instancePermissions(up: Up): Promise<void> {
  const group = await groupOf(up);
  const [only] = group.Instances ?? [];
  assert.equal(only?.LifecycleState, "InService");
  const console = readFileSync(join(up.lab.runDir, "instances", String(only.InstanceId), "console.log"), "utf8");
  assert.match(
    console,
    /^this instance may report$[\s\S]*is a node of[\s\S]*^converged, and known to the Chef server$/m,
  );
  assert.match(String(up.outputs.role), /^web-instance-service-role/);
}

async function existingVpc({ aws }: Lab): Promise<Record<string, string>> {
  const Filters = [
    { Name: "default-for-az", Values: ["true"] },
    { Name: "availability-zone", Values: ["us-east-1a", "us-east-1b"] },
  ];
  const { Subnets = [] } = await aws.ec2.send(new DescribeSubnetsCommand({ Filters }));
  const ids = JSON.stringify(Subnets.map(({ SubnetId }) => SubnetId));
  return { vpcId: String(Subnets[0]?.VpcId), publicSubnetIds: ids, privateSubnetIds: ids };
}

async function loadBalancer(up: Up): Promise<void> {
  const group = await groupOf(up);
  assert.equal(group.HealthCheckType, "ELB");
  const balancing = new ElasticLoadBalancingV2Client({ region: labRegion, endpoint: up.lab.endpoint, ...CREDENTIALS });
  const TargetGroupArn = String(up.outputs.targetGroupArn);
  const { TargetHealthDescriptions = [] } = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const registered = TargetHealthDescriptions.map(({ Target }) => Target?.Id).sort();
  assert.deepEqual(registered, group.Instances?.map(({ InstanceId }) => InstanceId).sort());
  const [instance] = await instancesOf(up, group);
  const GroupIds = instance?.SecurityGroups?.map(({ GroupId }) => String(GroupId));
  const { SecurityGroups } = await up.lab.aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
  const [rule, ...others] = SecurityGroups?.flatMap(({ IpPermissions = [] }) => IpPermissions) ?? [];
  assert.deepEqual([rule?.FromPort, rule?.IpRanges, rule?.UserIdGroupPairs?.length, others], [8080, [], 1, []]);
}

const CREDENTIALS = { credentials: { accessKeyId: "test", secretAccessKey: "test" } };

async function mixedSpot(up: Up): Promise<void> {
  const instances = await instancesOf(up, await groupOf(up));
  const markets = instances.map((one) => one.InstanceLifecycle ?? "on-demand").sort();
  assert.deepEqual(markets, ["on-demand", "spot", "spot"]);
  assert.ok(new Set(instances.map((one) => one.InstanceType)).size > 1);
  const request = new DescribeScheduledActionsCommand({ AutoScalingGroupName: String(up.outputs.group) });
  const { ScheduledUpdateGroupActions: actions = [] } = await up.lab.aws.autoScaling.send(request);
  assert.deepEqual(actions.map((one) => [one.TimeZone, one.MinSize, one.MaxSize]).sort(), [
    ["Europe/Berlin", 1, undefined],
    ["Europe/Berlin", 3, undefined],
  ]);
  assert.deepEqual(await policyTypes(up), ["TargetTrackingScaling"]);
}

async function launchConfiguration(up: Up): Promise<void> {
  const group = await groupOf(up);
  assert.equal(group.LaunchTemplate, undefined);
  assert.equal(group.Instances?.[0]?.LaunchConfigurationName, group.LaunchConfigurationName);
  assert.deepEqual(await policyTypes(up), ["SimpleScaling", "SimpleScaling"]);
}

async function ownImage(up: Up): Promise<void> {
  const [instance] = await instancesOf(up, await groupOf(up));
  assert.deepEqual([instance?.ImageId, up.outputs.imageId], [BASE_IMAGE, BASE_IMAGE]);
}

async function twoGroups(up: Up): Promise<void> {
  const names = up.outputs.groups as string[];
  assert.equal(names.length, 2);
  for (const name of names) {
    const [instance] = await instancesOf(up, await groupOf(up, name));
    assert.equal(instance?.ImageId, up.outputs.imageId);
  }
  assert.notEqual(up.outputs.imageId, BASE_IMAGE);
}

/** The webhook is notified of a terminated instance, whose node the Chef server no longer has by then. */
async function ownTarget(up: Up): Promise<void> {
  const [instance] = await instancesOf(up, await groupOf(up));
  const instanceId = String(instance?.InstanceId);
  const gone = { instanceId, nodeName: `dev-web-${instanceId}`, group: "dev-web" };
  const request = { InstanceId: instanceId, ShouldDecrementDesiredCapacity: false };
  await up.lab.aws.autoScaling.send(new TerminateInstanceInAutoScalingGroupCommand(request));
  const look = async () => ({ seen: JSON.stringify(WEBHOOK.told), found: WEBHOOK.told.length > 0 ? true : undefined });
  await until({ what: `the webhook to be told of ${instanceId}`, timeoutSeconds: 120, look });
  assert.deepEqual(WEBHOOK.told[0], gone);
  assert.ok(!(await up.lab.chef.listNodes()).includes(gone.nodeName));
}
