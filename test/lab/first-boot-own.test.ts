import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { projectRoot } from "../../lab/services/places";
import { BASE_IMAGE } from "../helpers/bake-lab";
import { emulatorObstacle, eventually, sandboxObstacle, skipWhere, volumeObstacle } from "./emulator-process";

/** What a team's own volumes and scripts do during the first boot of instances that really boot. */
describe("a first boot with a team's own volumes and scripts", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "first-boot-own-"));
  let lab: Lab;
  let groups: AutoScalingClient;

  before(async function () {
    skipWhere(this, emulatorObstacle() ?? sandboxObstacle() ?? volumeObstacle());
    lab = await startLab();
    groups = lab.aws.autoScaling;
    const Name = "/web/colour";
    await lab.aws.ssm.send(new PutParameterCommand({ Name, Type: "String", Value: "green" }));
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: boots\nruntime: nodejs\nmain: index.ts\n");
    writeFileSync(join(folder, "index.ts"), program(lab));
    const stack = { project: folder, stack: "dev", stateDir: join(folder, "state"), environment: lab.environment };
    const up = await inProcessRunner({ ...stack, config: { "aws:region": "us-east-1" } }).up();
    assert.ok(up.ok, up.output);
  });

  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const of = (group: string) => ({ AutoScalingGroupName: group });
  const grow = (group: string) =>
    groups.send(new SetDesiredCapacityCommand({ ...of(group), DesiredCapacity: 1, HonorCooldown: false }));
  const consoleOf = (id: string) => {
    const path = join(lab.runDir, "instances", id, "console.log");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };

  it("runs them in order, with the instance's own permissions, and then goes into service", async () => {
    const query = { AutoScalingGroupNames: ["boot-whole"] };
    const { AutoScalingGroups } = await groups.send(new DescribeAutoScalingGroupsCommand(query));
    const [only] = AutoScalingGroups?.[0]?.Instances ?? [];
    assert.equal(only?.LifecycleState, "InService");
    const console = consoleOf(String(only?.InstanceId));
    assert.match(
      console,
      /^hook i-[0-9a-f]+\n[\s\S]*^bootcmd\n[\s\S]*^volumes: '\/dev\/sdf' is mounted at '\/data'$[\s\S]*^volumes: '\/dev\/sdg' is mounted at '\/var\/lib\/web'$[\s\S]*^before: green of é $[\s\S]*^second$[\s\S]*is a node of[\s\S]*^after: a client\.rb$[\s\S]*CONTINUE[\s\S]*user data ended/m,
    );
    assert.match(console, /^\/data ext4\n\/var\/lib\/web ext4$/m);
    assert.match(console, /the lab does nothing of what cloud-config says with 'packages'/);
  });

  for (const [group, words] of [
    ["boot-before", /script 1 'before' Chef failed with exit code 9.*\n.*ABANDON/],
    ["boot-after", /is a node of[\s\S]*script 1 'after' Chef failed with exit code 9.*\n.*ABANDON/],
  ] as const) {
    it(`never goes into service if a script failed: ${group}`, async () => {
      await grow(group);
      const cancelled = await eventually(120, "a launch that was cancelled", async () => {
        const { Activities = [] } = await groups.send(new DescribeScalingActivitiesCommand(of(group)));
        return Activities.find(({ StatusCode }) => StatusCode === "Cancelled");
      });
      const id = String(/i-[0-9a-f]+/.exec(String(cancelled.Description))?.[0]);
      assert.match(consoleOf(id), words);
      assert.equal(consoleOf(id).includes("registering"), group === "boot-after");
      await groups.send(new SetDesiredCapacityCommand({ ...of(group), DesiredCapacity: 0 }));
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
    capacity: { min: 0, max: 1 },
  };
  const script = (...lines: string[]) => ["#!/bin/bash", "set -e", ...lines, ""].join("\n");
  const whole = {
    policyStatements: [
      { Effect: "Allow", Action: "ssm:GetParameter", Resource: "arn:aws:ssm:us-east-1:*:parameter/web/colour" },
    ],
    volumes: [
      { deviceName: "/dev/sdf", sizeGib: 1, mountPoint: "/data" },
      { deviceName: "/dev/sdg", sizeGib: 2, mountPoint: "/var/lib/web" },
    ],
    userData: {
      before: [
        "#cloud-config\nwrite_files:\n- path: /etc/team/name\n  content: é\npackages: [htop]\n",
        script(
          "colour=$(aws ssm get-parameter --name /web/colour --query Parameter.Value --output text)",
          "for folder in /data /var/lib/web; do findmnt -rno TARGET,FSTYPE $folder; done",
          'echo "before: $colour of $(cat /etc/team/name) $(cat /etc/team/more)"',
        ),
        "#cloud-config\nwrite_files:\n- path: /etc/team/more\n  content: ''\nbootcmd:\n- [echo, bootcmd]\n",
        '#cloud-boothook\n#!/bin/sh\necho "hook $INSTANCE_ID"\n',
        script("[ ! -e /etc/chef/client.rb ]", "echo second"),
      ],
      after: [script('echo "after: a $(basename /etc/chef/client.rb)"', "test -s /etc/chef/client.pem")],
    },
  };
  const all = {
    whole: { capacity: { min: 1, max: 1 }, instance: whole },
    before: { instance: { userData: { before: [script("exit 9")] } } },
    after: { instance: { userData: { after: [script("exit 9")] } } },
  };
  const statements = Object.entries(all).map(([name, more]) => {
    const args = JSON.stringify({ ...common, ...more, groupName: `boot-${name}` });
    return `new ChefAutoScalingGroup("${name}", ${args} as never);`;
  });
  return `import { ChefAutoScalingGroup } from ${JSON.stringify(join(projectRoot, "components"))};\n${statements.join("\n")}\n`;
}
