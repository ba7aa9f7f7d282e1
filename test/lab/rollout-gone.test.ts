import assert from "node:assert/strict";
import {
  CopyImageCommand,
  CreateLaunchTemplateVersionCommand,
  type CreateLaunchTemplateVersionCommandInput,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplateVersionsCommand,
  DisableImageCommand,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import { baseImage, makeTemplate } from "./emulator-fleet";
import { type RolloutGroup, rolloutGroup, useRecordedInstances } from "./rollout-fleet";

/** An operator tidies up in EC2 what a rollout needs. */
describe("rollouts whose template, version or image is gone, in the emulator", function () {
  this.timeout(90_000);
  const emulator = useRecordedInstances();

  const deleteVersion = async ({ clients, state }: RolloutGroup, Version: string) => {
    const LaunchTemplateId = state("1").templateId;
    await clients.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: "2" }));
    return clients.ec2.send(new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [Version] }));
  };
  const ownImage = async ({ clients, state }: RolloutGroup, InstanceType: "t3.medium" | "t3.small") => {
    const source = {
      SourceImageId: await baseImage(clients),
      SourceRegion: "us-east-1",
      Name: `${state("1").groupName}`,
    };
    const { ImageId } = await clients.ec2.send(new CopyImageCommand(source));
    const request = { LaunchTemplateId: state("1").templateId, LaunchTemplateData: { ImageId, InstanceType } };
    await clients.ec2.send(new CreateLaunchTemplateVersionCommand(request));
    return ImageId;
  };

  it("the emulator deletes a version in use, but not the default one, and gives its number to no other", async () => {
    const web = await rolloutGroup(emulator(), "versions");
    await web.version("t3.medium");
    const refused = await web.clients.ec2.send(
      new DeleteLaunchTemplateVersionsCommand({ LaunchTemplateId: web.state("1").templateId, Versions: ["1", "7"] }),
    );
    assert.deepEqual(
      refused.UnsuccessfullyDeletedLaunchTemplateVersions?.map((one) => one.VersionNumber),
      [1, 7],
    );
    const deleted = await deleteVersion(web, "1");
    assert.deepEqual(
      deleted.SuccessfullyDeletedLaunchTemplateVersions?.map((one) => one.VersionNumber),
      [1],
    );
    assert.equal(await web.version("m5.large"), "3");
    const LaunchTemplateId = web.state("1").templateId;
    const ask = (Versions: string[]) =>
      web.clients.ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions }));
    await assert.rejects(ask(["1"]), /Could not find the specified version 1/);
    const { LaunchTemplateVersions = [] } = await ask(["$Latest", "$Default"]);
    assert.deepEqual(
      LaunchTemplateVersions.map((one) => one.VersionNumber),
      [3, 2],
    );
  });

  it("go out although the saved version was deleted, and the default one moved", async () => {
    const web = await rolloutGroup(emulator(), "saved-gone");
    const version = await web.version("t3.medium");
    await deleteVersion(web, "1");
    const { failure, text } = await web.roll(version);
    assert.equal(failure, undefined, text);
    assert.deepEqual([(await web.seen()).saved, (await web.seen()).serving], ["2", ["2", "2"]]);
  });

  it("go back if the new version is deleted at a checkpoint", async () => {
    const web = await rolloutGroup(emulator(), "new-gone");
    await web.version("m5.large");
    const version = await web.version("t3.medium");
    const rolling = web.roll(version, { preferences: { ...web.paced.preferences, CheckpointDelay: 2 } });
    await web.untilServing(["1", version]);
    await deleteVersion(web, version);
    const { failure = "" } = await rolling;
    assert.match(failure, /ended RollbackSuccessful: .*\nEC2 launched nothing: Could not find the specified version 3/);
    assert.deepEqual((await web.seen()).serving, ["1", "1"]);
  });

  it("say that they cannot go back to a disabled image; the next good image goes out after the cancellation", async () => {
    const web = await rolloutGroup(emulator(), "disabled");
    const ImageId = await ownImage(web, "t3.medium");
    assert.equal((await web.roll("2")).failure, undefined);
    await web.clients.ec2.send(new DisableImageCommand({ ImageId }));
    await web.boots("t3.large", "fails: no such cookbook: web");
    const bad = await web.version("t3.large");
    const { failure = "" } = await web.roll(bad, { preferences: web.endFirst, timeoutSeconds: 5 });
    assert.match(failure, /RollbackInProgress, without progress for 5 s/);
    assert.match(failure, /EC2 launched nothing: .*is no longer available/);
    assert.match(failure, /rollout cancel --group disabled/);
    await web.cancelByHand();
    const { failure: after, text } = await web.roll(await web.version("m5.large"));
    assert.equal(after, undefined, text);
    assert.deepEqual((await web.seen()).serving, ["4", "4"]);
  });

  for (const [name, data, words] of [
    ["gone-key", { KeyName: "gone" }, /EC2 launched nothing: The key pair 'gone' does not exist/],
    [
      "gone-profile",
      { IamInstanceProfile: { Name: "gone" } },
      /EC2 launched nothing: .*Invalid IAM Instance Profile name/,
    ],
    ["gone-group", { SecurityGroupIds: ["sg-0123456789abcdef0"] }, /EC2 launched nothing: The security group/],
  ] as const) {
    it(`go back with EC2's words: ${name}`, async () => {
      const web = await rolloutGroup(emulator(), name);
      const LaunchTemplateData = { ImageId: await baseImage(web.clients), InstanceType: "t3.medium" as const, ...data };
      const LaunchTemplateId = web.state("1").templateId;
      const request = { LaunchTemplateId, LaunchTemplateData } as CreateLaunchTemplateVersionCommandInput;
      await web.clients.ec2.send(new CreateLaunchTemplateVersionCommand(request));
      const { failure = "" } = await web.roll("2", { timeoutSeconds: 5 });
      assert.match(failure, /ended RollbackSuccessful/);
      assert.match(failure, words);
      assert.deepEqual((await web.seen()).serving, ["1", "1"]);
    });
  }

  it("move to a new template if the old one was deleted", async () => {
    const web = await rolloutGroup(emulator(), "template-gone");
    await web.clients.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: web.state("1").templateId }));
    const templateId = await makeTemplate(web.clients, "template-gone");
    const { failure, text } = await web.roll("1", { templateId });
    assert.equal(failure, undefined, text);
    assert.match(text, new RegExp(`done: 2 from version 1 of ${templateId}`));
  });
});
