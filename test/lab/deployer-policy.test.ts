import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { chooseRunner } from "../../lab/engine/choose-runner";
import type { Result } from "../../lab/engine/stack-runner";
import { projectRoot } from "../../lab/services/places";
import { clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";
import { assume, deny, makeRole, permit, type Statement } from "./role-maker";

const POLICY = join(projectRoot, "docs/deployer-policy.json");
const GROUP = "test-web";

describe("docs/deployer-policy.json as the deployer's only permissions", function () {
  this.timeout(600_000);
  const { Statement: statements } = JSON.parse(readFileSync(POLICY, "utf8")) as { Statement: Statement[] };
  let emulator: Emulator;
  let program: GroupProgram;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    for (const type of ["t3.small", "t3.medium"]) await put(`/lab/first-boot/${GROUP}/${type}`, "converges");
    const deployer = await makeRole(emulator, "deployer", statements);
    const client = await assume(emulator, deployer);
    program = groupProgram("deployer", { client }, (options) => chooseRunner(options, () => undefined));
  });
  after(async () => {
    program?.remove();
    await emulator?.stop();
  });

  const put = (Name: string, Value: string) =>
    new SSMClient(emulator.client).send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));

  const up = (instanceType: string) =>
    program.up(
      `new fleet.ChefAutoScalingGroup("web", { ...least, groupName: "${GROUP}", instanceType: "${instanceType}",
        capacity: { min: 2, max: 6 }, hooks: { launch: { heartbeatSeconds: 60 } },
        scaling: { out: { threshold: 70 }, in: { threshold: 30 } },
        rollout: { instanceWarmupSeconds: 0, maxFailedInstances: 0 } });`,
    );

  it("allows deploying a group with its reaper, rolling out a change, and destroying everything", async () => {
    const made = await up("t3.small");
    assert.ok(made.ok, made.output);
    const changed = await up("t3.medium");
    assert.ok(changed.ok, changed.output);
    assert.match(changed.output, new RegExp(`${GROUP}: done: 2 from version 2 of lt-`));
    const destroyed = await program.runner.destroy();
    assert.ok(destroyed.ok, destroyed.output);
    assert.equal(await describeGroup(clientsOf(emulator), GROUP), undefined);
  });

  /** In the order in which an update needs them; what already exists is not created again. */
  for (const action of ["iam:PassRole", "lambda:CreateFunction", "ec2:RunInstances"]) {
    it(`needs ${action}: without it, an update fails and names it`, async () => {
      refused(action, await without(action, "t3.small"));
    });
  }

  it("needs autoscaling:StartInstanceRefresh: without it, a rollout fails and names it", async () => {
    await permit(emulator, "deployer", statements);
    const made = await up("t3.small");
    assert.ok(made.ok, made.output);
    const action = "autoscaling:StartInstanceRefresh";
    refused(action, await without(action, "t3.medium"));
  });

  async function without(action: string, instanceType: string): Promise<Result> {
    await permit(emulator, "deployer", [...statements, deny(action, "*")]);
    return up(instanceType);
  }

  function refused(action: string, { ok, output }: Result): void {
    assert.equal(ok, false, output);
    assert.match(output, new RegExp(`not authorized to perform: ${action}`), output);
  }
});
