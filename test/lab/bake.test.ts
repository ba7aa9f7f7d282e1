import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateImageCommand,
  DescribeSnapshotsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { type Lab, startLab } from "../../lab/services/lab";
import { FOLDER_PREFIX } from "../../packer/sweep/folders";
import {
  BAKE_TYPE,
  bakedImages,
  bakeEnvironment,
  bakeNodes,
  createInstanceProfile,
  imageTree,
  labSpec,
  leftovers,
  startBake,
} from "../helpers/bake-lab";
import { assertSoftwareClean, plantSoftware } from "../helpers/planted-software";
import { filesHolding, filesNamed, keyLine, watchArguments } from "../helpers/secret-search";

const CHEF_FILES = ["client.pem", "client.rb", "validation.pem", "first-boot.json"];

describe("a bake", function () {
  this.timeout(120_000);
  let lab: Lab;
  let atRest: string[];

  before(async () => {
    lab = await startLab();
    await createInstanceProfile(lab);
    atRest = await leftovers(lab);
  });
  after(() => lab?.stop());

  const nothingLeft = async () => {
    assert.deepEqual(await leftovers(lab), atRest);
    assert.deepEqual(await bakeNodes(lab), []);
  };

  describe("that succeeds", () => {
    let imageId: string;
    let output: string;
    let nodesSeen: string[];
    let inArguments: string[];
    const secrets = () => [lab.keys.validator, lab.keys.operator].map(({ keyFile }) => keyLine(keyFile));

    before(async () => {
      const watch = watchArguments(secrets());
      const bake = startBake(bakeEnvironment(lab, labSpec(lab, "web")));
      nodesSeen = await nodesDuring(bake.ended).finally(() => {
        inArguments = watch.end();
      });
      const { code, stdout, stderr } = await bake.ended;
      assert.equal(code, 0, stderr);
      output = stdout + stderr;
      imageId = JSON.parse(stdout).imageId;
    });

    it("prints one line of JSON and tags the image", async () => {
      const [image] = await bakedImages(lab, "web");
      const tags = Object.fromEntries((image?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
      assert.equal(image?.ImageId, imageId);
      assert.equal(tags["chef-autoscaling:bake"], "web");
      assert.equal(tags["chef-autoscaling:instance-type"], BAKE_TYPE);
      assert.equal(tags["chef-autoscaling:architecture"], "x86_64");
      assert.match(tags["chef-autoscaling:fingerprint"] ?? "", /^[0-9a-f]{64}$/);
      assert.equal(tags["chef-autoscaling:base-image"], "ami-0deb1200000000001");
      assert.equal(tags.team, "web");
    });

    it("registers a node and a client only while it runs, and leaves nothing else", async () => {
      const [name] = nodesSeen;
      assert.match(name ?? "", /^bake-web-[0-9a-f]{8}$/);
      assert.match(output, new RegExp(`'${name}' is a node of`));
      await nothingLeft();
    });

    it("leaves none of Chef's files, no key and no trace of its node in the image", () => {
      const tree = imageTree(lab, imageId);
      assert.ok(readdirSync(tree).length > 0, "the image's files are to be seen");
      assert.deepEqual(filesNamed(tree, CHEF_FILES), []);
      assert.deepEqual(filesHolding(tree, ["PRIVATE KEY-----", nodesSeen[0] ?? "", ...secrets()]), []);
    });

    it("shows no key in arguments, output or the servers' logs", () => {
      assert.deepEqual(inArguments, []);
      assert.deepEqual(filesHolding(join(lab.runDir, "logs"), secrets()), []);
      for (const secret of secrets()) assert.ok(!output.includes(secret));
    });

    it("is found again even without Packer", async () => {
      const { code, stdout, stderr } = await startBake(bakeEnvironment(lab, labSpec(lab, "web"), { PATH: "/bin" }))
        .ended;
      assert.equal(code, 0, stderr);
      assert.deepEqual([JSON.parse(stdout).imageId, JSON.parse(stdout).reused], [imageId, true]);
    });

    it("reports which input causes a rebake, and cleans what the software in a baked base image has stored", async () => {
      const software = plantSoftware(imageTree(lab, imageId));
      const spec = labSpec(lab, "web", { baseImageId: imageId });
      const { code, stdout, stderr } = await startBake(bakeEnvironment(lab, spec)).ended;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^bake: rebaking: baseImageId changed from ami-0deb1200000000001 to ami-\w+$/m);
      const again = JSON.parse(stdout).imageId;
      assert.notEqual(again, imageId);
      assertSoftwareClean(imageTree(lab, again), software);
      await nothingLeft();
    });

    it("waits for an image that takes its time, however often the SDK is told to try a call", async () => {
      const parameter = { Name: "/lab/image-seconds", Type: "String" as const, Value: "2" };
      await lab.aws.ssm.send(new PutParameterCommand(parameter));
      // Packer takes the SDK's variable for the number of times it looks, unless its template says another one
      const bake = startBake(bakeEnvironment(lab, labSpec(lab, "slow"), { AWS_MAX_ATTEMPTS: "1" }));
      const { code, stderr } = await bake.ended;
      await lab.aws.ssm.send(new DeleteParameterCommand({ Name: parameter.Name }));
      assert.equal(code, 0, stderr);
    });

    it("fails at the leak check if the base image contains a key", async () => {
      writeFileSync(join(imageTree(lab, imageId), "etc", "tls.key"), readFileSync(lab.keys.operator.keyFile));
      const spec = labSpec(lab, "planted", { baseImageId: imageId });
      const { code, stderr } = await startBake(bakeEnvironment(lab, spec)).ended;
      assert.notEqual(code, 0);
      assert.match(stderr, /\/etc\/tls\.key: holds a private key/);
      assert.match(stderr, /BAKE_ON_ERROR=abort/);
      assert.deepEqual(await bakedImages(lab, "planted"), []);
      await nothingLeft();
    });

    it("keeps its images on delete if configured so, otherwise removes them with their snapshots", async () => {
      const kept = { ...labSpec(lab, "web"), keepOnDestroy: true };
      assert.equal((await startBake(bakeEnvironment(lab, kept), "delete").ended).code, 0, "as earlier versions asked");
      const images = await bakedImages(lab, "web");
      assert.equal(images.length, 2);
      const { code, stderr } = await startBake(bakeEnvironment(lab, labSpec(lab, "web")), "delete").ended;
      assert.equal(code, 0, stderr);
      assert.deepEqual(await bakedImages(lab, "web"), []);
      const own = new Set(images.map((image) => image.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId));
      const { Snapshots = [] } = await lab.aws.ec2.send(new DescribeSnapshotsCommand({}));
      assert.deepEqual(
        Snapshots.filter(({ SnapshotId }) => own.has(SnapshotId)),
        [],
      );
    });
  });

  it("results in one image if two with the same fingerprint run at the same time", async () => {
    const environment = bakeEnvironment(lab, labSpec(lab, "twin"));
    const results = await Promise.all([startBake(environment).ended, startBake(environment).ended]);
    for (const { code, stderr } of results) assert.equal(code, 0, stderr);
    const ids = new Set(results.map(({ stdout }) => JSON.parse(stdout).imageId));
    const images = await bakedImages(lab, "twin");
    assert.deepEqual(
      images.map(({ ImageId }) => ImageId),
      [...ids],
    );
    await nothingLeft();
  });

  it("does not wait for an image whose bake is gone, nor for one that it is to supersede", async () => {
    const { ec2 } = lab.aws;
    const spec = labSpec(lab, "orphan");
    const environment = bakeEnvironment(lab, spec);
    const instance = async (run: string) => {
      const tags = { "chef-autoscaling:bake": "orphan", "chef-autoscaling:node": `bake-orphan-${run}` };
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const TagSpecifications = [{ ResourceType: "instance" as const, Tags }];
      const asked = {
        ImageId: spec.baseImageId,
        InstanceType: BAKE_TYPE,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications,
      } as const;
      const [made] = (await ec2.send(new RunInstancesCommand(asked))).Instances ?? [];
      const prefix = `orphan-${environment.BAKE_FINGERPRINT?.slice(0, 12)}-`;
      await ec2.send(new CreateImageCommand({ InstanceId: made?.InstanceId, Name: prefix + run }));
      return { InstanceIds: [made?.InstanceId ?? ""] };
    };
    const gone = await instance("00000000");
    await ec2.send(new TerminateInstancesCommand(gone));
    const first = await startBake(environment).ended;
    assert.deepEqual([first.code, JSON.parse(first.stdout || "{}").reused], [0, false], first.stderr);
    const atWork = await instance("00000001");
    const again = { ...spec, rebake: "2030-01-01" };
    const last = await startBake(bakeEnvironment(lab, again)).ended;
    assert.equal(last.code, 0, last.stderr);
    const found = await startBake(environment).ended;
    assert.equal(
      JSON.parse(found.stdout).imageId,
      JSON.parse(last.stdout).imageId,
      "what supersedes is not waited for",
    );
    await ec2.send(new TerminateInstancesCommand(atWork));
    await nothingLeft();
  });

  it("reports why its node could not be registered, and leaves nothing", async () => {
    const spec = labSpec(lab, "refused");
    const chef = { ...spec.chef, validator: { ...spec.chef.validator, name: "operator" } };
    const { code, stderr } = await startBake(bakeEnvironment(lab, { ...spec, chef })).ended;
    assert.notEqual(code, 0);
    assert.match(
      stderr,
      /^bake: Packer ended with '1' in step \[6\/\d+\] converging with Chef; its last lines were[\s\S]*could not be registered/m,
    );
    assert.deepEqual(await bakedImages(lab, "refused"), []);
    await nothingLeft();
  });

  it("creates nothing when the Chef server refuses the operator", async () => {
    const spec = labSpec(lab, "stranger");
    const operator = { name: "operator", key: { file: lab.keys.validator.keyFile } };
    const { code, stderr } = await startBake(bakeEnvironment(lab, { ...spec, chef: { ...spec.chef, operator } })).ended;
    assert.notEqual(code, 0);
    assert.match(stderr, /check that the key belongs to the client/);
    assert.doesNotMatch(stderr, /Launching a source AWS instance/);
    await nothingLeft();
  });

  it("creates nothing when the Chef server cannot be reached, or Packer is missing", async () => {
    const spec = labSpec(lab, "alone");
    const offline = { ...spec, chef: { ...spec.chef, serverUrl: "http://127.0.0.1:9" } };
    const results = [
      await startBake(bakeEnvironment(lab, offline)).ended,
      await startBake(bakeEnvironment(lab, spec, { PATH: "/bin" })).ended,
    ];
    assert.deepEqual(
      results.map(({ code }) => code),
      [1, 1],
    );
    assert.match(results[0]?.stderr ?? "", /^bake: .*127\.0\.0\.1:9/m);
    assert.match(results[1]?.stderr ?? "", /^bake: there is no 'packer' on PATH; install Packer/m);
    for (const { stderr } of results) assert.doesNotMatch(stderr, /Launching a source AWS instance/);
    await nothingLeft();
  });

  it("creates nothing if the files have changed since the program read them", async () => {
    const environment = bakeEnvironment(lab, labSpec(lab, "late"), { BAKE_FINGERPRINT: "0".repeat(64) });
    const { code, stderr } = await startBake(environment).ended;
    assert.equal(code, 1);
    assert.match(stderr, /^bake: the image's inputs have changed since .*, expected '0{64}'; run the update again$/m);
    assert.doesNotMatch(stderr, /Launching a source AWS instance/);
    await nothingLeft();
  });

  it("neither bakes nor removes images in an account other than the program's", async () => {
    const environment = bakeEnvironment(lab, labSpec(lab, "astray"), { BAKE_ACCOUNT: "210987654321" });
    for (const operation of ["create", "delete"]) {
      const { code, stderr } = await startBake(environment, operation).ended;
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^bake: the bake's credentials belong to the account '123456789012', expected '210987654321'/m,
      );
    }
    await nothingLeft();
  });

  it("reports which disk is full, and leaves nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", folder]);
    try {
      const { code, stderr } = await startBake(bakeEnvironment(lab, labSpec(lab, "full"), { TMPDIR: folder })).ended;
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`files cannot be written in '${folder}': .*; free space there, or set TMPDIR`));
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith(FOLDER_PREFIX)),
        [],
      );
    } finally {
      execFileSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    }
    await nothingLeft();
  });

  /** Returns the names of bakes' nodes that were on the Chef server at any time before `end`. */
  async function nodesDuring(end: Promise<unknown>): Promise<string[]> {
    const seen = new Set<string>();
    let ended = false;
    const done = () => {
      ended = true;
    };
    end.then(done, done);
    while (!ended) for (const name of await lab.chef.listNodes()) seen.add(name);
    return [...seen].filter((name) => name.startsWith("bake-"));
  }
});
