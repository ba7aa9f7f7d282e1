import assert from "node:assert/strict";
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type RequestLaunchTemplateData,
  type ResponseLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";

const OLD: RequestLaunchTemplateData = {
  ...{ ImageId: "ami-0deb1200000000001", InstanceType: "m5.large", KeyName: "operators", UserData: "c2VjcmV0" },
  Placement: { Tenancy: "dedicated" },
  CreditSpecification: { CpuCredits: "unlimited" },
  EbsOptimized: true,
};

describe("a group with a base launch template", function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let program: GroupProgram;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    program = groupProgram("base", emulator);
  });

  after(async () => {
    program?.remove();
    await emulator?.stop();
  });

  const group = (settings: object) =>
    `const group = new fleet.ChefAutoScalingGroup("web", { ...least, groupName: "test-base", capacity: { min: 0, max: 1 }, ...${JSON.stringify(settings)} });
     export const templateId = group.launchTemplateId;`;

  async function launched(): Promise<ResponseLaunchTemplateData> {
    const LaunchTemplateId = String((await program.runner.outputs()).templateId);
    const request = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ["$Latest"] });
    const { LaunchTemplateVersions = [] } = await new EC2Client(emulator.client).send(request);
    return LaunchTemplateVersions[0]?.LaunchTemplateData ?? {};
  }

  it("launches with the template's settings unless the group decides them; the preview names the others", async () => {
    const ec2 = new EC2Client(emulator.client);
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "old", LaunchTemplateData: OLD }));
    program.write(group({ baseTemplate: { name: "old" } }));
    const { output } = await program.runner.preview();
    assert.match(
      output,
      /copied from the launch template 'old', version 1: creditSpecification, ebsOptimized, placement/,
    );
    assert.match(output, /- keyName: use 'keyName'[\s\S]*- userData: use 'runList'/);
    assert.doesNotMatch(output, /c2VjcmV0/);
    const updated = await program.up(group({ baseTemplate: { name: "old" } }));
    assert.ok(updated.ok, updated.output);
    const { Placement, CreditSpecification, EbsOptimized, InstanceType, KeyName } = await launched();
    assert.deepEqual(
      [Placement?.Tenancy, CreditSpecification?.CpuCredits, EbsOptimized, InstanceType, KeyName],
      ["dedicated", "unlimited", true, "t3.small", undefined],
    );
  });

  it("follows its latest version, which the provider reads regardless of the default version", async () => {
    const more = { LaunchTemplateName: "old", LaunchTemplateData: { ...OLD, EbsOptimized: false } };
    await new EC2Client(emulator.client).send(new CreateLaunchTemplateVersionCommand(more));
    const { ok, output } = await program.up(group({ baseTemplate: { name: "old" } }));
    assert.ok(ok, output);
    const { Placement, EbsOptimized } = await launched();
    assert.deepEqual([EbsOptimized, Placement?.Tenancy], [false, "dedicated"]);
  });

  it("reports a template that does not exist, and the next step", async () => {
    const { ok, output } = await program.up(group({ baseTemplate: { name: "gone" } }));
    assert.equal(ok, false);
    assert.match(
      output,
      /the launch template 'gone' of 'baseTemplate' cannot be read .*aws ec2 describe-launch-templates/,
    );
  });
});
