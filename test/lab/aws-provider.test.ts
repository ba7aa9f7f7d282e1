import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
} from "@aws-sdk/client-auto-scaling";
import getPort from "get-port";
import { NOT_MODELLED } from "../../lab/providers/aws/not-modelled";
import { awsProvider } from "../../lab/providers/aws/provider";
import { RESOURCE_TYPES } from "../../lab/providers/aws/table";
import type { Provider } from "../../lab/providers/provider";
import { type Properties, SIGNATURE, UNKNOWN } from "../../lab/providers/values";
import { noLog as log, Subject } from "../helpers/provider-subject";

const MOTO = join(__dirname, "..", "..", ".lab", "venv", "bin", "moto_server");

describe("the lab's aws provider", function () {
  this.timeout(60_000);
  const kept = { ...process.env };
  let moto: ChildProcess;
  let provider: Provider;

  before(async function () {
    if (!existsSync(MOTO)) {
      console.log("    skipped: there is no moto in .lab/venv; run lab/setup.sh");
      return this.skip();
    }
    const port = await getPort();
    moto = spawn(MOTO, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const endpoint = `http://127.0.0.1:${port}`;
    const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" };
    Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: endpoint });
    for (let turn = 0; turn < 150; turn++) {
      const answer = await fetch(`${endpoint}/moto-api/`).catch(() => undefined);
      if (answer?.ok) break;
      await sleep(200);
    }
    provider = awsProvider();
    await provider.configure({
      region: "us-east-1",
      defaultTags: '{"tags":{"owner":"lab"}}',
      skipMetadataApiCheck: "true",
    });
  });

  after(() => {
    moto?.kill();
    for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"]) {
      if (kept[key] === undefined) delete process.env[key];
      else process.env[key] = kept[key];
    }
  });

  const subject = (type: string, name = "thing") => new Subject(provider, type, name);
  const failures = async (type: string, inputs: Properties) =>
    (await provider.check({ urn: `a::b::${type}::x`, type, inputs, log })).failures.map(({ property }) => property);

  it("reports by name an unknown type, property at any depth, setting or function, and a missing property", async () => {
    await assert.rejects(failures("aws:s3/bucket:Bucket", {}), /'aws:s3\/bucket:Bucket'/);
    const group = "aws:autoscaling/group:Group";
    const inputs = { minSize: 1, colour: "red", launchTemplate: { id: "lt-1", edition: 2 } };
    assert.deepEqual((await failures(group, inputs)).sort(), ["colour", "launchTemplate.edition", "maxSize"]);
    await assert.rejects(awsProvider().configure({ region: "us-east-1", colour: "red" }), /no setting 'colour'/);
    await assert.rejects(provider.invoke("aws:s3/getBucket:getBucket", {}), /'aws:s3\/getBucket:getBucket'/);
  });

  it("accepts inputs that are listed as not modelled, all of which belong to known types", async () => {
    assert.deepEqual(await failures("aws:iam/role:Role", { assumeRolePolicy: "{}", inlinePolicies: [] }), []);
    for (const [type, inputs] of Object.entries(NOT_MODELLED)) {
      const modelled = Object.keys(RESOURCE_TYPES[type].inputs);
      assert.deepEqual(
        Object.keys(inputs).filter((key) => modelled.includes(key)),
        [],
        type,
      );
    }
  });

  it("generates names, keeps them, and replaces them for a new prefix", async () => {
    const topic = subject("aws:sns/topic:Topic", "events");
    await topic.create({});
    assert.match(String(topic.outputs.name), /^events-[0-9a-f]{7}$/);
    assert.equal((await topic.check({ displayName: "x" })).name, topic.outputs.name);
    assert.deepEqual((await topic.diff({ displayName: "x" })).replaces, []);
    const prefixed = await topic.diff({ namePrefix: "other-" });
    assert.deepEqual([prefixed.replaces, prefixed.deleteBeforeReplace], [["name", "namePrefix"], false]);
    await topic.delete();
    await topic.delete();
  });

  it("deletes before it replaces if the name is fixed", async () => {
    const role = subject("aws:iam/role:Role");
    await role.create({ name: "fixed", assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' });
    const diff = await role.diff({
      name: "fixed",
      path: "/other/",
      assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}',
    });
    assert.deepEqual([diff.replaces, diff.deleteBeforeReplace], [["path"], true]);
    assert.deepEqual(role.outputs.tagsAll, { owner: "lab" });
    await role.delete();
  });

  it("creates versions of a launch template, unknown in a preview, and updates a group in place", async () => {
    const template = subject("aws:ec2/launchTemplate:LaunchTemplate", "web");
    const data = {
      imageId: "ami-12c6146b",
      instanceType: "t3.micro",
      metadataOptions: { httpTokens: "required" },
      updateDefaultVersion: true,
    };
    await template.create(data);
    assert.equal(template.outputs.latestVersion, 1);
    const foretold = await template.update({ ...data, instanceType: "t3.small" }, true);
    assert.deepEqual([foretold.latestVersion, foretold.defaultVersion], [UNKNOWN, UNKNOWN]);
    assert.equal((await template.update({ ...data, tags: { a: "b" } }, true)).latestVersion, 1);
    const after = await template.update({ ...data, instanceType: "t3.small" });
    assert.deepEqual([after.latestVersion, after.defaultVersion], [2, 2]);
    const group = subject("aws:autoscaling/group:Group", "web");
    const launchTemplate = { id: template.id, version: "2" };
    const tags = [{ key: "Name", value: "web", propagateAtLaunch: true }];
    const wanted = {
      minSize: 1,
      maxSize: 3,
      availabilityZones: ["us-east-1a"],
      launchTemplate,
      tags,
      enabledMetrics: ["GroupMinSize"],
    };
    await group.create(wanted);
    assert.equal(group.outputs.desiredCapacity, 1);
    await group.update({ ...wanted, maxSize: 5, tags: [{ ...tags[0], value: "renamed" }] });
    const found = (await new AutoScalingClient({}).send(new DescribeAutoScalingGroupsCommand({})))
      .AutoScalingGroups?.[0];
    assert.deepEqual(
      [found?.MaxSize, found?.Tags?.map(({ Value }) => Value), found?.Instances?.length],
      [5, ["renamed"], 1],
    );
    await assert.rejects(withStandby(group), /waited 1 s for the instances of 'web-.*' to go, but i-\w+ Standby left/);
    await group.delete();
    await template.delete();
  });

  // https://github.com/hashicorp/terraform-provider-aws/issues/10155
  it("keeps what it fills in itself when a program leaves it out, block by block", async () => {
    const template = subject("aws:ec2/launchTemplate:LaunchTemplate", "kept");
    const fast = { deviceName: "/dev/sdf", ebs: { volumeType: "gp3", iops: 6000, throughput: 500 } };
    const slow = { deviceName: "/dev/sdg", ebs: { volumeSize: 8 } };
    const shared = { imageId: "ami-12c6146b", instanceType: "t3.micro", metadataOptions: { httpTokens: "required" } };
    const tagged = { ...shared, metadataOptions: { httpTokens: "required", instanceMetadataTags: "enabled" } };
    await template.create({ ...tagged, blockDeviceMappings: [fast, slow] });
    const bare = { ...fast, ebs: { volumeType: "gp3" } };
    assert.deepEqual((await template.diff({ ...shared, blockDeviceMappings: [bare, slow] })).changed, []);
    const moved = await template.update({ ...shared, blockDeviceMappings: [slow] });
    const [mapping] = moved.blockDeviceMappings as [{ ebs: object }];
    assert.deepEqual(mapping.ebs, { volumeType: "gp3", iops: 6000, throughput: 500, volumeSize: 8 });
    assert.deepEqual(moved.metadataOptions, tagged.metadataOptions);
    await template.delete();
  });

  /** Tries to delete a group with an instance that never goes, within the time of `customTimeouts`. */
  async function withStandby(group: Subject): Promise<void> {
    const client = new AutoScalingClient({});
    const target = { AutoScalingGroupName: group.id };
    const { AutoScalingGroups = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}));
    const InstanceIds = AutoScalingGroups[0]?.Instances?.map(({ InstanceId = "" }) => InstanceId);
    await client.send(new EnterStandbyCommand({ ...target, InstanceIds, ShouldDecrementDesiredCapacity: true }));
    await group.delete(1).finally(() => client.send(new ExitStandbyCommand({ ...target, InstanceIds })));
  }

  it("reads a change by others as drift of the inputs", async () => {
    const logGroup = subject("aws:cloudwatch/logGroup:LogGroup");
    await logGroup.create({ retentionInDays: 7 });
    const other = new Subject(provider, "aws:cloudwatch/logGroup:LogGroup", "other");
    Object.assign(other, { id: logGroup.id, inputs: logGroup.inputs, outputs: logGroup.outputs });
    await other.update({ retentionInDays: 14 });
    assert.equal((await logGroup.read())?.inputs.retentionInDays, 14);
    await logGroup.delete();
  });

  it("zips the code of a function and maps a queue to it", async () => {
    const role = subject("aws:iam/role:Role");
    const statement = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    await role.create({ assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) });
    const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "exports.handler = async () => 1" };
    const code = { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: { "index.js": asset } };
    const fn = subject("aws:lambda/function:Function", "reaper");
    const wanted = { code, role: role.outputs.arn, runtime: "nodejs20.x", handler: "index.handler" };
    await fn.create(wanted);
    const before = fn.outputs.codeSha256;
    await fn.update({ ...wanted, timeout: 30 });
    assert.equal(fn.outputs.codeSha256, before);
    const queue = subject("aws:sqs/queue:Queue", "events");
    await queue.create({ visibilityTimeoutSeconds: 60, fifoQueue: false });
    const mapping = subject("aws:lambda/eventSourceMapping:EventSourceMapping");
    await mapping.create({ functionName: String(fn.outputs.name), eventSourceArn: queue.outputs.arn, batchSize: 5 });
    assert.equal(mapping.outputs.functionArn, fn.outputs.arn);
    for (const one of [mapping, queue, fn, role]) await one.delete();
  });

  it("implements the functions that programs call", async () => {
    assert.equal((await provider.invoke("aws:index/getRegion:getRegion", {})).region, "us-east-1");
    assert.equal(
      (await provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})).accountId,
      "123456789012",
    );
    assert.equal((await provider.invoke("aws:index/getPartition:getPartition", {})).partition, "aws");
    const ami = await provider.invoke("aws:ec2/getAmi:getAmi", {
      filters: [{ name: "image-id", values: ["ami-12c6146b"] }],
    });
    assert.equal(ami.id, "ami-12c6146b");
    await assert.rejects(provider.invoke("aws:ec2/getAmi:getAmi", { owners: ["self"] }), /no image matches/);
  });
});
