import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListRolesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { BASE_IMAGE } from "../helpers/bake-lab";
import { componentsLiteral } from "../helpers/fresh-build";
import { writeProgram } from "../helpers/write-program";
import { emulatorObstacle, eventually, sandboxObstacle, skipWhere } from "./emulator-process";
import { deny } from "./role-maker";

/** Removes a permission from a role that the components created, and checks what the step that needs it reports. */
describe("a role without a permission", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "missing-permissions-"));
  let lab: Lab;
  let groups: AutoScalingClient;

  before(async function () {
    skipWhere(this, emulatorObstacle() ?? sandboxObstacle());
    lab = await startLab();
    groups = lab.aws.autoScaling;
    writeProgram(folder, "missing", program(lab));
    const stack = { project: folder, stack: "dev", stateDir: join(folder, "state"), environment: lab.environment };
    const up = await inProcessRunner({ ...stack, config: { "aws:region": "us-east-1" } }).up({ skipPreview: true });
    assert.ok(up.ok, up.output);
  });

  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const of = (name: string) => ({ AutoScalingGroupName: `missing-${name}` });
  const resize = (name: string, DesiredCapacity: number) =>
    groups.send(new SetDesiredCapacityCommand({ ...of(name), DesiredCapacity, HonorCooldown: false }));

  async function take(action: string, rolePrefix: string): Promise<void> {
    const { Roles = [] } = await lab.aws.iam.send(new ListRolesCommand({}));
    const names = Roles.map(({ RoleName = "" }) => RoleName).filter((name) => name.startsWith(rolePrefix));
    assert.equal(names.length, 1, `roles: ${Roles.map(({ RoleName }) => RoleName)}`);
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [deny(action, "*")] });
    await lab.aws.iam.send(new PutRolePolicyCommand({ RoleName: names[0], PolicyName: "taken", PolicyDocument }));
  }

  async function member(name: string) {
    const query = { AutoScalingGroupNames: [`missing-${name}`] };
    return (await groups.send(new DescribeAutoScalingGroupsCommand(query))).AutoScalingGroups?.[0]?.Instances?.[0];
  }

  async function said(name: string, words: RegExp): Promise<string> {
    const seen = new Set<string>();
    return eventually(120, `${words} on a console of ${name}`, async () => {
      const { InstanceId } = (await member(name)) ?? {};
      if (InstanceId) seen.add(InstanceId);
      const paths = [...seen].map((id) => join(lab.runDir, "instances", id, "console.log")).filter(existsSync);
      return paths.map((path) => readFileSync(path, "utf8")).find((text) => words.test(text));
    });
  }

  it("to read the validator's key fails the boot, and the launch is abandoned", async () => {
    await take("ssm:GetParameter", "keyless-instance-");
    await resize("keyless", 1);
    const console = await said("keyless", /launch hook 'launch' is ABANDON/);
    assert.match(console, /AccessDeniedException.* is not authorized to perform: ssm:GetParameter on resource/);
    assert.match(console, /converge: .* cannot be read from ssm; let the instance's role read it/);
    await eventually(60, "the cancelled launch", async () => {
      const { Activities = [] } = await groups.send(new DescribeScalingActivitiesCommand(of("keyless")));
      assert.ok(!Activities.some(({ StatusCode }) => StatusCode === "Successful"));
      return Activities.some(({ StatusCode }) => StatusCode === "Cancelled") || undefined;
    });
    await resize("keyless", 0);
  });

  it("to complete the launch hook leaves a converged instance waiting, and its console says so", async () => {
    await take("autoscaling:CompleteLifecycleAction", "mute-instance-");
    await resize("mute", 1);
    const words =
      /launch hook 'launch' took no answer \([\s\S]*AccessDenied[\s\S]*autoscaling:CompleteLifecycleAction[\s\S]*\)/;
    assert.match(await said("mute", words), /is a node of/);
    const waiting = await member("mute");
    assert.equal(waiting?.LifecycleState, "Pending:Wait");
    assert.ok(await lab.chef.getNode(`missing-mute-${waiting?.InstanceId}`));
  });

  it("to call EC2 prevents the reaper from removing a node, and its log names the call", async () => {
    await resize("blind", 1);
    const id = await eventually(90, "an instance in service", async () => {
      const found = await member("blind");
      return found?.LifecycleState === "InService" ? found.InstanceId : undefined;
    });
    await take("ec2:DescribeInstances", "blind-reaper-service-");
    await resize("blind", 0);
    const reason = await eventually(90, "the refusal in the log", async () =>
      (await logLines()).map((line) => line.reason).find((text) => text?.includes("DescribeInstances")),
    );
    assert.match(
      String(reason),
      /^ec2:DescribeInstances in us-east-1 is not allowed \(UnauthorizedOperation\): .*; an identity-based policy denies ec2:DescribeInstances explicitly/,
    );
    assert.ok(await lab.chef.getNode(`missing-blind-${id}`), "its node was removed all the same");
  });

  async function logLines(): Promise<{ reason?: string }[]> {
    const { logs } = lab.aws;
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda/blind-reaper-" }),
    );
    const own = logGroups.find(({ logGroupName = "" }) => !logGroupName.includes("-reconcile-"));
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: own?.logGroupName }));
    const texts = events.flatMap(({ message = "" }) => message.split("\n")).filter((text) => text.startsWith("{"));
    return texts.map((text) => JSON.parse(text));
  }
});

function program({ chefUrl, keys: { validator, operator } }: Lab): string {
  const identity = ({ name, parameter }: { name: string; parameter: string }) => ({
    name,
    key: { ssmParameter: parameter },
  });
  const common = {
    imageId: BASE_IMAGE,
    instanceType: "t3.small",
    chef: { serverUrl: chefUrl, validator: identity(validator), operator: identity(operator) },
    availabilityZones: ["us-east-1a"],
    capacity: { min: 0, max: 1 },
    onDestroy: "retain",
  };
  const all = { keyless: { reaper: { mode: "worker" } }, mute: { reaper: { mode: "worker" } }, blind: {} };
  const statements = Object.entries(all).map(([name, more]) => {
    const args = JSON.stringify({ ...common, ...more, groupName: `missing-${name}` });
    return `new ChefAutoScalingGroup("${name}", ${args} as never);`;
  });
  return `import { ChefAutoScalingGroup } from ${componentsLiteral()};\n${statements.join("\n")}\n`;
}
