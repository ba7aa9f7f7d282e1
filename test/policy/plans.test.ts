import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { OPTIONAL_AND_COMPUTED, planned, replanned } from "../../lab/providers/aws/computed";
import { RESOURCE_TYPES } from "../../lab/providers/aws/table";
import { UNKNOWN } from "../../lab/providers/values";
import { optionalAndComputed } from "../helpers/aws-declarations";
import { firstPreview } from "./library";
import { Pack } from "./pack";

describe("policy: plans of the AWS provider", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure({});
  });
  after(() => pack.stop());

  const found = async (program: () => void) => (await pack.judge(await firstPreview(program))).map(({ rule }) => rule);

  it("leave unknown what @pulumi/aws declares as optional and computed", () => {
    for (const type of Object.keys(RESOURCE_TYPES)) {
      const declared = optionalAndComputed(type).filter((path) => path !== "region");
      assert.deepEqual([...(OPTIONAL_AND_COMPUTED[type] ?? [])].sort(), declared, type);
    }
  });

  it("are unknown only inside what is stated", () => {
    const template = planned("aws:ec2/launchTemplate:LaunchTemplate", {
      name: "web",
      metadataOptions: { httpTokens: "required" },
    });
    assert.deepEqual(template.metadataOptions, {
      httpTokens: "required",
      ...{
        httpEndpoint: UNKNOWN,
        httpProtocolIpv6: UNKNOWN,
        httpPutResponseHopLimit: UNKNOWN,
        instanceMetadataTags: UNKNOWN,
      },
    });
    assert.equal(template.instanceMarketOptions, undefined);
  });

  it("keep at an update what the provider filled in, and drop what is no longer stated", () => {
    const queue = (inputs: object, old: object) =>
      replanned(
        "aws:sqs/queue:Queue",
        { name: "q", ...inputs },
        { name: "q", ...old },
        { name: "q", ...old, redrivePolicy: "{}" },
      );
    assert.deepEqual(queue({}, { delaySeconds: 1 }), { name: "q", redrivePolicy: "{}" });
  });

  it("do not silence the rule for a queue without a dead-letter queue, nor that for its function", async () => {
    const rules = await found(() => {
      const topic = new aws.sns.Topic("events");
      const queue = new aws.sqs.Queue("queue");
      new aws.sns.TopicSubscription("events", { topic: topic.arn, protocol: "sqs", endpoint: queue.arn });
      const lambda = new aws.lambda.Function("reader", {
        role: "arn:aws:iam::210987654321:role/reader",
        runtime: "nodejs22.x",
      });
      new aws.lambda.EventSourceMapping("reader", { functionName: lambda.arn, eventSourceArn: queue.arn });
    });
    assert.ok(rules.includes("dead-letter-queue"), String(rules));
    assert.ok(rules.includes("function-dead-letters"), String(rules));
  });

  it("do not make a template of this stack look foreign, nor a group without a load balancer look balanced", async () => {
    const rules = await found(() => {
      const template = new aws.ec2.LaunchTemplate("web", {
        imageId: "ami-0123456789abcdef0",
        instanceType: "m7i.large",
      });
      const launchTemplate = { id: template.id, version: "1" };
      new aws.autoscaling.Group("web", { minSize: 1, maxSize: 2, vpcZoneIdentifiers: ["subnet-1"], launchTemplate });
    });
    assert.ok(!rules.includes("launched-type-known"), String(rules));
    assert.ok(!rules.includes("elb-health-check"), String(rules));
  });
});
