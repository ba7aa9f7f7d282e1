import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  DescribeWarmPoolCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { judgeLaunches } from "../../cli/doctor/launches";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { keptWords } from "../../rollout/kept";
import { BASE_IMAGE } from "../helpers/bake-lab";
import { componentsLiteral } from "../helpers/fresh-build";
import { writeProgram } from "../helpers/write-program";
import { emulatorObstacle, eventually, sandboxObstacle, skipWhere } from "./emulator-process";

/** What happens between launch and service, with instances that really boot and run the same user data as users' instances. */
describe("a first boot", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "first-boot-"));
  let lab: Lab;
  let groups: AutoScalingClient;

  before(async function () {
    skipWhere(this, emulatorObstacle() ?? sandboxObstacle());
    lab = await startLab();
    groups = lab.aws.autoScaling;
    writeProgram(folder, "boots", program(lab));
    const stack = { project: folder, stack: "dev", stateDir: join(folder, "state"), environment: lab.environment };
    const up = await inProcessRunner({ ...stack, config: { "aws:region": "us-east-1" } }).up({ skipPreview: true });
    assert.ok(up.ok, up.output);
  });

  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const of = (group: string) => ({ AutoScalingGroupName: group });
  const grow = (group: string) =>
    groups.send(new SetDesiredCapacityCommand({ ...of(group), DesiredCapacity: 1, HonorCooldown: false }));
  const members = async (group: string) => {
    const query = { AutoScalingGroupNames: [group] };
    return (await groups.send(new DescribeAutoScalingGroupsCommand(query))).AutoScalingGroups?.[0]?.Instances ?? [];
  };
  const activities = async (group: string) =>
    (await groups.send(new DescribeScalingActivitiesCommand(of(group)))).Activities ?? [];
  const consoleOf = (id: string) => {
    const path = join(lab.runDir, "instances", id, "console.log");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };

  it("brings a group's first instance into service only when it is a node", async () => {
    const [first] = await members("boot-sound");
    assert.equal(first?.LifecycleState, "InService");
    const id = String(first?.InstanceId);
    assert.ok(await lab.chef.getNode(`boot-sound-${id}`));
    assert.match(consoleOf(id), /is a node of [\s\S]*the answer to the launch hook 'launch' is CONTINUE/);
  });

  it("never leads to service if it failed: the instance is replaced, its console has the reason, the doctor reports the loop", async () => {
    await grow("boot-failing");
    const cancelled = await eventually(120, "three launches that were cancelled", async () => {
      const found = (await activities("boot-failing")).filter(({ StatusCode }) => StatusCode === "Cancelled");
      return found.length >= 3 ? found : undefined;
    });
    assert.ok(!(await activities("boot-failing")).some(({ StatusCode }) => StatusCode === "Successful"));
    const id = String(/i-[0-9a-f]+/.exec(String(cancelled[0]?.Description))?.[0]);
    assert.match(
      consoleOf(id),
      /converge: the Chef client failed for 'boot-failing-i-[\s\S]*launch hook 'launch' is ABANDON/,
    );
    const judged = judgeLaunches("boot-failing", await activities("boot-failing"), Date.now());
    assert.equal(judged.status, "failed");
    assert.match(judged.message, /launches failed since the last successful one.*ABANDON Result/);
    assert.match(String(judged.fix), new RegExp(`get-console-output .*${id}`));
    await groups.send(new SetDesiredCapacityCommand({ ...of("boot-failing"), DesiredCapacity: 0 }));
  });

  it("is kept for inspection if configured, out of service and with heartbeats", async () => {
    await grow("boot-kept");
    const id = await eventually(90, "an instance that says that it is kept", async () => {
      const [only] = await members("boot-kept");
      const found = String(only?.InstanceId);
      return only && keptWords(consoleOf(found)) ? found : undefined;
    });
    // A rollout recognizes a kept instance by these lines
    assert.match((keptWords(consoleOf(id)) ?? []).join("\n"), /converge: .*no-such-environment/);
    const [only] = await members("boot-kept");
    assert.deepEqual([only?.InstanceId, only?.LifecycleState], [id, "Pending:Wait"]);
  });

  for (const [group, rest] of [
    ["boot-pooled", "Warmed:Stopped"],
    ["boot-asleep", "Warmed:Hibernated"],
  ] as const) {
    it(`is complete before an instance becomes ${rest}, which then goes into service immediately when needed`, async () => {
      const pooled = await eventually(120, `an instance that is ${rest}`, async () => {
        const { Instances = [] } = await groups.send(new DescribeWarmPoolCommand(of(group)));
        return Instances.find(({ LifecycleState }) => LifecycleState === rest);
      });
      const id = String(pooled.InstanceId);
      const node = await lab.chef.getNode(`${group}-${id}`);
      assert.ok(node, "stopped before it was a node");
      await grow(group);
      await eventually(
        60,
        "it to serve",
        async () =>
          (await members(group)).some(
            ({ InstanceId, LifecycleState }) => InstanceId === id && LifecycleState === "InService",
          ) || undefined,
      );
      const converges = consoleOf(id).match(/converge: registering/g) ?? [];
      assert.equal(converges.length, 1, "user data ran again");
    });
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
    reaper: { mode: "worker" },
    onDestroy: "retain",
  };
  const empty = { min: 0, max: 1 };
  const all = {
    sound: { capacity: { min: 1, max: 1 } },
    failing: { capacity: empty, environment: "no-such-environment" },
    kept: { capacity: empty, environment: "no-such-environment", onFailedBoot: "keep" },
    pooled: { capacity: empty, warmPool: {} },
    asleep: { capacity: empty, warmPool: { state: "Hibernated" } },
  };
  const statements = Object.entries(all).map(([name, more]) => {
    const args = JSON.stringify({ ...common, ...more, groupName: `boot-${name}` });
    return `new ChefAutoScalingGroup("${name}", ${args} as never);`;
  });
  return `import { ChefAutoScalingGroup } from ${componentsLiteral()};\n${statements.join("\n")}\n`;
}
