import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Pack } from "./pack";
import { resourcesOf, type Stack } from "./stack";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const SAFE = { metadataOptions: { httpTokens: "required" } };

function bake(instanceType: string): Stack {
  const environment = { BAKE_INSTANCE_TYPE: instanceType, BAKE_SPEC: "$unknown" };
  return { bake: { type: "command:local:Command", props: { environment, stdout: "$unknown" } } };
}

function launcher(type: string, props: Record<string, unknown>, from: Record<string, string> = {}): Stack {
  return { web: { type, props: { ...SAFE, ...props }, from, region: "eu-west-3" } };
}

describe("policy: the instance type against the bake", function () {
  this.timeout(240_000);
  let pack: Pack;
  let ec2: Server;

  before(async () => {
    ec2 = createServer((request, response) => {
      const target = request.headers["x-amz-target"];
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () =>
        response.end(target ? parameter() : image(body.includes("ami-0bare") ? undefined : "m7i.large")),
      );
    });
    await new Promise<void>((listening) => ec2.listen(0, "127.0.0.1", listening));
    const { port } = ec2.address() as AddressInfo;
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    pack = await Pack.start(undefined, { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  });
  after(() => {
    pack.stop();
    ec2.close();
  });
  beforeEach(() => pack.configure({}));

  const stopped = async (...parts: Stack[]) => {
    const reports = await pack.judge(resourcesOf(Object.assign({}, ...parts)));
    return reports.filter(({ level }) => level === "mandatory").map(({ rule }) => rule);
  };
  const RULE = ["instance-type-matches-bake"];

  for (const [type, property] of [
    [TEMPLATE, "imageId"],
    ["aws:ec2/launchConfiguration:LaunchConfiguration", "imageId"],
    ["aws:ec2/instance:Instance", "ami"],
  ] as const) {
    it(`works for a raw ${type.split(":").at(-1)}, while the id is unknown`, async () => {
      const runs = (instanceType: string) =>
        launcher(type, { instanceType, [property]: "$unknown" }, { [property]: "bake" });
      assert.deepEqual(await stopped(bake("m7i.large"), runs("m7i.large")), []);
      assert.deepEqual(await stopped(bake("m7i.large"), runs("m7i.xlarge")), RULE);
    });
  }

  it("follows a copy of the image", async () => {
    const copy: Stack = { copy: { type: "aws:ec2/amiCopy:AmiCopy", props: {}, from: { sourceAmiId: "bake" } } };
    const web = launcher(TEMPLATE, { instanceType: "m7i.xlarge", imageId: "$unknown" }, { imageId: "copy" });
    assert.deepEqual(await stopped(bake("m7i.large"), copy, web), RULE);
  });

  for (const [comparison, passes, stops] of [
    ["family", "m7i.4xlarge", "m6i.large"],
    ["architecture", "c5.large", "m7g.large"],
  ] as const) {
    it(`compares by ${comparison} on request`, async () => {
      await pack.configure({ "instance-type-matches-bake": { comparison } });
      const runs = (instanceType: string) =>
        launcher(TEMPLATE, { instanceType, imageId: "$unknown" }, { imageId: "bake" });
      assert.deepEqual(await stopped(bake("m7i.large"), runs(passes)), []);
      assert.ok((await stopped(bake("m7i.large"), runs(stops))).includes("instance-type-matches-bake"));
    });
  }

  it("reads the tags of an image of another stack or by id", async () => {
    const reference: Stack = { other: { type: "pulumi:pulumi:StackReference", props: { name: "images" } } };
    const runs = (instanceType: string) =>
      launcher(TEMPLATE, { instanceType, imageId: "ami-0abc" }, { imageId: "other" });
    assert.deepEqual(await stopped(reference, runs("m7i.large")), []);
    assert.deepEqual(await stopped(reference, runs("m7i.xlarge")), RULE);
    assert.deepEqual(await stopped(launcher(TEMPLATE, { instanceType: "t3.small", imageId: "ami-0abc" })), RULE);
  });

  it("reads the image that EC2 would resolve from a parameter", async () => {
    const runs = (instanceType: string) => launcher(TEMPLATE, { instanceType, imageId: "resolve:ssm:/web/image" });
    assert.deepEqual(await stopped(runs("m7i.large")), []);
    assert.deepEqual(await stopped(runs("m7i.xlarge")), RULE);
  });

  it("compares the architecture of an image without tags, and reports that the type could not be compared", async () => {
    const bare = launcher(TEMPLATE, { instanceType: "m7g.large", imageId: "ami-0bare" });
    assert.deepEqual(await stopped(bare), ["architecture-matches-bake"]);
    const reports = await pack.judge(resourcesOf(bare));
    const advice = reports.find(({ rule }) => rule === "image-origin-known");
    assert.match(advice?.message ?? "", /'ami-0bare', whose bake could not be found: it has no tag/);
  });

  it("lets an image run in the regions to which its bake copies it, and in no other", async () => {
    const environment = {
      BAKE_INSTANCE_TYPE: "m7i.large",
      BAKE_REGION: "us-east-1",
      BAKE_COPIES: "us-west-2,eu-west-3",
    };
    const copied: Stack = { bake: { type: "command:local:Command", props: { environment, stdout: "$unknown" } } };
    const web = launcher(TEMPLATE, { instanceType: "m7i.large", imageId: "$unknown" }, { imageId: "bake" });
    assert.deepEqual(await stopped(copied, web), []);
    const elsewhere = { web: { ...(web.web as Stack[string]), region: "ap-south-1" } };
    assert.deepEqual(await stopped(copied, elsewhere), ["region-matches-bake"]);
  });

  it("finds by the id which of several bakes created the image, once it is known", async () => {
    const two: Stack = {
      one: {
        type: "command:local:Command",
        props: { environment: { BAKE_INSTANCE_TYPE: "t3.small" }, stdout: "ami-0one" },
      },
      two: {
        type: "command:local:Command",
        props: { environment: { BAKE_INSTANCE_TYPE: "m7i.large" }, stdout: "ami-0two" },
      },
    };
    const runs = (imageId: string): Stack => ({
      web: {
        type: TEMPLATE,
        props: { ...SAFE, imageId, instanceType: "m7i.large" },
        from: { imageId: ["one", "two"] },
      },
    });
    assert.deepEqual(await stopped(two, runs("ami-0two")), []);
    assert.deepEqual(await stopped(two, runs("ami-0one")), RULE);
  });

  it("reports that it is unknown if the tags may not be read", async () => {
    const rules = ["instance-type-matches-bake", "image-origin-known"];
    await pack.configure(Object.fromEntries(rules.map((rule) => [rule, { readImages: false }])));
    const resources = resourcesOf(launcher(TEMPLATE, { instanceType: "t3.small", imageId: "ami-0abc" }));
    const [report, ...more] = (await pack.judge(resources)).filter(({ rule }) => rules.includes(rule));
    assert.deepEqual(more, []);
    assert.equal(report?.level, "advisory");
    assert.match(report?.message ?? "", /'ami-0abc', whose bake could not be found: 'readImages' is off/);
  });

  it("ignores a type that is only in a template whose groups list their own", async () => {
    const group: Stack = {
      group: {
        type: "aws:autoscaling/group:Group",
        props: { mixedInstancesPolicy: { launchTemplate: { overrides: [{ instanceType: "m7i.large" }] } } },
        from: { mixedInstancesPolicy: "web" },
      },
    };
    const web = launcher(TEMPLATE, { instanceType: "t3.small", imageId: "$unknown" }, { imageId: "bake" });
    assert.deepEqual(await stopped(bake("m7i.large"), web, group), []);
  });
});

describe("policy: a review without a response from AWS", function () {
  this.timeout(240_000);
  let pack: Pack;
  let silent: Server;

  before(async () => {
    silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as AddressInfo;
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    pack = await Pack.start(undefined, { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
    await pack.configure({});
  });
  after(() => {
    pack.stop();
    silent.closeAllConnections();
    silent.close();
  });

  it("waits once for all images together, and reports it", async () => {
    const web = (at: number): Stack => ({
      [`web-${at}`]: {
        type: TEMPLATE,
        props: { ...SAFE, instanceType: "m7i.large", imageId: `ami-0${at}` },
        region: "eu-west-3",
      },
    });
    const stack: Stack = Object.assign({}, ...Array.from({ length: 12 }, (_, at) => web(at)));
    const start = performance.now();
    const reports = await pack.judge(resourcesOf(stack));
    // Sequentially, the requests would take a minute.
    assert.ok(performance.now() - start < 30_000);
    const advice = reports.filter(({ rule }) => rule === "image-origin-known");
    assert.equal(advice.length, 12);
    assert.match(advice[0]?.message ?? "", /EC2 did not (answer in 5 s|tell) in 'eu-west-3'/);
  });
});

/** EC2's response to DescribeImages with an image that was baked on this type. */
function image(instanceType: string | undefined): string {
  const tag = `<item><key>chef-autoscaling:instance-type</key><value>${instanceType}</value></item>`;
  return `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><imagesSet><item>
    <imageId>ami-0abc</imageId><architecture>x86_64</architecture><tagSet>${instanceType ? tag : ""}</tagSet></item></imagesSet></DescribeImagesResponse>`;
}

/** SSM's response to GetParameter. */
function parameter(): string {
  return JSON.stringify({ Parameter: { Name: "/web/image", Type: "String", Value: "ami-0abc" } });
}
