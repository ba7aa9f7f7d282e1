import assert from "node:assert/strict";
import type { SQSClient } from "@aws-sdk/client-sqs";
import * as fc from "fast-check";
import { UsageError } from "../../cli/command/exit";
import { checkQueueUrls, proveQueuePair, regionOfQueue } from "../../cli/target/queue-pair";
import { pastedKey, repeats } from "../helpers/key-forms";

const HOST = "https://sqs.eu-west-3.amazonaws.com/123456789012";
const PAIR = { queueUrl: `${HOST}/web`, deadLetterQueueUrl: `${HOST}/web-dead` };
const arn = (name: string) => `arn:aws:sqs:eu-west-3:123456789012:${name}`;

/** An SQS where `web-dead` is the dead-letter queue of `web`. */
const sqs = {
  send: async ({ input: { QueueUrl = "" } }: { input: { QueueUrl?: string } }) => {
    const name = QueueUrl.split("/").at(-1) ?? "";
    const RedrivePolicy =
      name === "web" ? { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("web-dead") }) } : {};
    return { Attributes: { QueueArn: arn(name), ...RedrivePolicy } };
  },
} as unknown as SQSClient;

const usage = (words: RegExp) => (error: unknown) => error instanceof UsageError && words.test(error.message);

describe("the two queues of a redrive", () => {
  it("are two URLs in the requested region", () => {
    checkQueueUrls(PAIR, "eu-west-3");
    checkQueueUrls(PAIR, undefined);
    const same = { ...PAIR, deadLetterQueueUrl: PAIR.queueUrl };
    assert.throws(() => checkQueueUrls(same, undefined), usage(/are the same queue/));
    assert.throws(
      () => checkQueueUrls({ queueUrl: "web", deadLetterQueueUrl: arn("web-dead") }, undefined),
      usage(/get-queue-url --queue-name web' shows it; .*get-queue-url --queue-name web-dead'/),
    );
    assert.throws(() => checkQueueUrls(PAIR, "us-east-1"), usage(/is in eu-west-3, .* use '--region eu-west-3'/));
  });

  it("are not repeated if one is a private key, not even its last line as a queue's name", () => {
    fc.assert(
      fc.property(pastedKey(), fc.constantFrom("queueUrl", "deadLetterQueueUrl"), (pasted, option) => {
        let said = "";
        try {
          checkQueueUrls({ ...PAIR, [option]: pasted }, undefined);
        } catch (error) {
          said = (error as Error).message;
        }
        assert.ok(said !== "" && !repeats(said, pasted), said);
      }),
      { numRuns: 300 },
    );
  });

  it("have a region in their URL, in every partition", () => {
    const regions = ["us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-iso-east-1"];
    const domains = ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov"];
    for (const [at, region] of regions.entries()) {
      assert.equal(regionOfQueue(`https://sqs.${region}.${domains[at]}/123456789012/web`), region);
    }
    assert.equal(regionOfQueue("http://127.0.0.1:4566/123456789012/web"), undefined);
  });

  it("belong together by the redrive policy, checked before the first message moves", async () => {
    await proveQueuePair(sqs, PAIR);
    const swapped = { queueUrl: PAIR.deadLetterQueueUrl, deadLetterQueueUrl: PAIR.queueUrl };
    await assert.rejects(proveQueuePair(sqs, swapped), usage(/are swapped: exchange them/));
    const strange = { ...PAIR, deadLetterQueueUrl: `${HOST}/other` };
    await assert.rejects(
      proveQueuePair(sqs, strange),
      usage(/has the dead-letter queue '.*:web-dead', .* is '.*:other'/),
    );
    const without = { queueUrl: `${HOST}/other`, deadLetterQueueUrl: `${HOST}/more` };
    await assert.rejects(proveQueuePair(sqs, without), usage(/has no redrive policy/));
  });
});
