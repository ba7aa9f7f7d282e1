import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { CopyImageCommand, DeregisterImageCommand } from "@aws-sdk/client-ec2";
import type { Result, StackRunner } from "../../lab/engine/stack-runner";
import { type Lab, startLab } from "../../lab/services/lab";
import { type AwsWatch, watchAws } from "../helpers/aws-watch";
import { bakedImages } from "../helpers/bake-lab";
import { type CountedPacker, countedPacker } from "../helpers/counted-packer";
import { type ImageSettings, imageProject } from "../helpers/image-project";

const BASE_IMAGE = "ami-0deb1200000000001";

/** The tests run a preview of their own where its result matters. */
const PREVIEWED = { skipPreview: true };

describe("an image in `pulumi up`", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "up-"));
  let lab: Lab;
  let watch: AwsWatch;
  let packer: CountedPacker;
  let first: StackRunner;
  let second: StackRunner;
  let settings: ReturnType<typeof imageProject>["settings"];
  let imageId: unknown;

  before(async function () {
    if (process.getuid?.() !== 0) {
      console.log("    skipped: the lab's instances need root");
      return this.skip();
    }
    lab = await startLab();
    watch = await watchAws(lab.endpoint);
    // More than a variable of the environment holds, in which the provider passes it to the next run of the command
    packer = countedPacker(mkdtempSync(join(folder, "packer-")), 200_000);
    const project = imageProject(folder, lab);
    const PATH = packer.folder + delimiter + lab.environment.PATH;
    const environment = { ...lab.environment, PATH, AWS_ENDPOINT_URL: watch.endpoint };
    [first, second] = [project.stack("one", environment), project.stack("two", environment)];
    settings = project.settings;
  });
  after(async () => {
    await watch?.close();
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is announced by the preview and baked once", async () => {
    const preview = await ok(first.preview());
    assert.match(preview.output, /baking 'up' for the first time/);
    assert.deepEqual(packer.runs(), []);
    await ok(first.up(PREVIEWED));
    assert.deepEqual(packer.runs(), ["build"]);
    const outputs = await first.outputs();
    imageId = outputs.imageId;
    assert.deepEqual(
      (await bakedImages(lab, "up")).map(({ ImageId }) => ImageId),
      [imageId],
    );
    assert.equal(outputs.baseImageId, BASE_IMAGE);
  });

  it("is left alone by the next `up`, which asks AWS for it once", async () => {
    watch.take();
    const { operations } = await ok(first.up());
    assert.deepEqual(
      operations.filter(({ op }) => op !== "same"),
      [],
    );
    assert.deepEqual(packer.runs(), ["build"]);
    const questions = watch.take().filter((asked) => asked.includes("Action=DescribeImages"));
    assert.equal(questions.filter((asked) => asked.includes("tag:chef-autoscaling")).length, 1, questions.join("\n"));
    assert.match((await ok(first.preview())).output, new RegExp(`the image 'up' is already baked: ${imageId}`));
  });

  it("is found by another stack without any state", async () => {
    const { output } = await ok(second.up(PREVIEWED));
    assert.match(output, new RegExp(`bake: nothing changed, reusing ${imageId}`));
    assert.deepEqual(packer.runs(), ["build"]);
    assert.equal((await second.outputs()).imageId, imageId);
    await ok(second.destroy());
    assert.equal((await bakedImages(lab, "up")).length, 1, "it is the first stack's");
  });

  it("is announced with the reason if an input has changed, including a newer base image", async () => {
    assert.match((await ok(first.preview(of({ edition: 2 })))).output, /rebaking 'up': chef\.attributes changed/);
    const newer = { SourceRegion: "us-east-1", SourceImageId: BASE_IMAGE, Name: "debian-12-amd64-99999999" };
    const { ImageId } = await lab.aws.ec2.send(new CopyImageCommand(newer));
    const { output } = await first.preview();
    await lab.aws.ec2.send(new DeregisterImageCommand({ ImageId }));
    assert.match(output, new RegExp(`rebaking 'up': baseImageId changed from ${BASE_IMAGE} to ${ImageId}`));
  });

  it("stays known in a preview if something unrelated changes, and its tags are updated", async () => {
    const preview = await ok(first.preview(of({ owner: "web" })));
    assert.match(preview.output, new RegExp(`the image 'up' is already baked: ${imageId}`));
    // The bake's role is a component with the same name as the command
    const opOf = (name: string) => {
      const resources = preview.operations.filter(({ type }) => !type.startsWith("chef-autoscaling:"));
      return resources.find((one) => one.name === name)?.op;
    };
    assert.deepEqual([opOf("base-bake"), opOf("web-template"), opOf("web-group")], ["update", "same", "same"]);
    const { output } = await ok(first.up({ ...of({ owner: "web" }), ...PREVIEWED }));
    assert.match(output, new RegExp(`bake: tagged ${imageId} and its snapshots: owner`));
    const tagged = async () => (await bakedImages(lab, "up"))[0]?.Tags?.find(({ Key }) => Key === "owner")?.Value;
    assert.equal(await tagged(), "web");
    assert.match(
      (await ok(first.up(PREVIEWED))).output,
      new RegExp(`bake: tagged ${imageId} and its snapshots: no owner`),
    );
    assert.equal(await tagged(), undefined);
    assert.deepEqual(packer.runs(), ["build"]);
  });

  it("stays the one in the state, with its fingerprint, if an update targets only the group", async () => {
    const all = await ok(first.preview(of({ edition: 3 })));
    const group = all.operations.find(({ name, type }) => name === "web-group" && !type.startsWith("chef-"));
    const before = await first.outputs();
    await ok(first.up({ ...of({ edition: 3 }), targets: [group?.urn ?? ""], ...PREVIEWED }));
    const { imageIds, fingerprint } = await first.outputs();
    assert.deepEqual([imageIds, fingerprint], [before.imageIds, before.fingerprint]);
    assert.ok(fingerprint);
    assert.deepEqual(packer.runs(), ["build"]);
  });

  it("is kept, like all images of the stack, while a given image is used, and is used again afterwards", async () => {
    const preview = await ok(first.preview(of({ imageId: BASE_IMAGE })));
    const changed = preview.operations.filter(({ op, type }) => op === "delete" && type === "command:local:Command");
    assert.deepEqual(
      changed.map(({ name }) => name),
      ["base-bake"],
      "nothing that stands for images goes",
    );
    await ok(first.up({ ...of({ imageId: BASE_IMAGE }), ...PREVIEWED }));
    const there = async () => (await bakedImages(lab, "up")).map(({ ImageId }) => ImageId);
    assert.deepEqual(await there(), [imageId]);
    const { output } = await ok(first.up(PREVIEWED));
    assert.match(output, new RegExp(`bake: nothing changed, reusing ${imageId}`));
    assert.deepEqual([await there(), packer.runs()], [[imageId], ["build"]]);
  });

  it("is reported as missing after somebody has deregistered it, and is rebaked on request", async () => {
    await lab.aws.ec2.send(new DeregisterImageCommand({ ImageId: String(imageId) }));
    const { ok: passed, output } = await first.up();
    assert.equal(passed, false);
    assert.match(
      output,
      new RegExp(`the image '${imageId}' was baked by this stack but was deregistered since; set 'rebake'`),
    );
    assert.doesNotMatch(output, /rebaking|is already baked/, "one true sentence");
    const again = await ok(first.up(of({ rebake: true })));
    assert.match(again.output, /bake: rebaking: 'rebake' is set/);
    const baked = (await first.outputs()).imageId;
    assert.notEqual(baked, imageId);
    await ok(first.up(PREVIEWED));
    assert.deepEqual([(await first.outputs()).imageId, packer.runs()], [baked, ["build", "build"]]);
    await ok(first.destroy());
    assert.deepEqual(await bakedImages(lab, "up"), []);
  });

  function of(changes: ImageSettings) {
    return settings(changes);
  }

  async function ok(running: Promise<Result>): Promise<Result> {
    const result = await running;
    assert.ok(result.ok, result.output);
    return result;
  }
});
