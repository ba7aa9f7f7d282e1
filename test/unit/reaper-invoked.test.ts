import assert from "node:assert/strict";
import type { SendMessageCommandInput, SQSClient } from "@aws-sdk/client-sqs";
import { createHandler, type ReaperHandler } from "../../reaper/handler";
import { withEnvironment } from "../helpers/environment";
import { notification } from "../helpers/messages";

const SETTINGS = {
  REAPER_CHEF_SERVER_URL: "https://chef.example.com",
  REAPER_CHEF_CLIENT_NAME: "reaper",
  REAPER_CHEF_KEY: '{"environment":"NO_KEY_IS_READ"}',
  REAPER_GROUPS: '["web"]',
  REAPER_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-3.amazonaws.com/123456789012/dead",
  AWS_REGION: "eu-west-3",
};

describe("the function, invoked by hand", () => {
  let handler: ReaperHandler;

  before(() =>
    withEnvironment(SETTINGS, async () => {
      handler = createHandler();
    }),
  );

  for (const event of [
    {},
    null,
    "reconcile",
    5,
    [],
    { Records: {} },
    { Records: [null] },
    { "chef-autoscaling": "reap" },
  ]) {
    it(`reports what it accepts for ${JSON.stringify(event)}`, async () => {
      await assert.rejects(handler(event as never), (error: Error) => {
        assert.match(
          error.message,
          /^the reaper accepts a batch from its queue or a notification from a topic \('Records'\)/,
        );
        assert.match(error.message, /aws lambda invoke --payload '\{"chef-autoscaling":"reconcile"\}'/);
        assert.ok(error.message.includes(`got '${JSON.stringify(event)}'`), error.message);
        return true;
      });
    });
  }

  it("accepts a batch without messages", async () => {
    assert.deepEqual(await handler({ Records: [] } as never), { batchItemFailures: [] });
  });
});

describe("a record that lacks what AWS writes into each", () => {
  const test = JSON.stringify(notification("web", "", { Event: "autoscaling:TEST_NOTIFICATION" }));
  const sent: SendMessageCommandInput[] = [];
  /** As SQS: an attribute of the type String and the body must not be empty. */
  const strict = {
    send: async ({ input }: { readonly input: SendMessageCommandInput }) => {
      const values = Object.values(input.MessageAttributes ?? {}).map(({ StringValue }) => StringValue);
      assert.ok(input.MessageBody && values.every(Boolean), "SQS refuses what is empty");
      sent.push(input);
    },
  } as unknown as SQSClient;
  let handler: ReaperHandler;
  const invoke = (...Records: object[]) => handler({ Records } as never);

  before(() =>
    withEnvironment(SETTINGS, async () => {
      handler = createHandler({ sqs: strict });
    }),
  );
  beforeEach(() => sent.splice(0));

  it("is settled if its body is there", async () => {
    assert.deepEqual(await invoke({ messageId: "m", body: test }), { batchItemFailures: [] });
    assert.deepEqual(await invoke({ messageId: "m", body: "garbage", attributes: {} }), { batchItemFailures: [] });
    assert.equal(sent.length, 1);
  });

  it("is settled where the context does not say how much time remains", async () => {
    const event = { Records: [{ messageId: "m", body: test }] };
    for (const context of [undefined, {}, { functionName: "reaper", awsRequestId: "request" }]) {
      assert.deepEqual(await handler(event as never, context as never), { batchItemFailures: [] });
    }
  });

  it("stays in the queue without a body, and does not stop the others", async () => {
    const whole = { messageId: "whole", body: test };
    for (const odd of [{}, { body: { Event: "x" } }, { Sns: null }, { Sns: {} }, { Sns: "x" }]) {
      assert.deepEqual(await invoke(whole, { messageId: "odd", ...odd }, whole), {
        batchItemFailures: [{ itemIdentifier: "odd" }],
      });
    }
    assert.deepEqual(sent, []);
  });

  it("is set aside if a topic sent it without an id", async () => {
    await invoke({ EventSource: "aws:sns", Sns: { Type: "Notification", Message: "garbage" } });
    const [{ MessageAttributes = {} } = {}] = sent;
    assert.deepEqual(Object.keys(MessageAttributes).sort(), ["cause", "reason"]);
  });
});

describe("a batch with one message that does not end", () => {
  const record = (messageId: string, body: string) => ({
    messageId,
    receiptHandle: messageId,
    body,
    attributes: { SentTimestamp: `${Date.now()}`, ApproximateReceiveCount: "1" },
  });
  const test = JSON.stringify(notification("web", "", { Event: "autoscaling:TEST_NOTIFICATION" }));
  const batch = { Records: [record("first", test), record("endless", "garbage"), record("last", test)] };
  const endless = { send: () => new Promise(() => undefined) } as unknown as SQSClient;
  const handlerWith = (sqs: SQSClient) => {
    let handler: ReaperHandler | undefined;
    return withEnvironment(SETTINGS, async () => {
      handler = createHandler({ sqs });
    }).then(() => handler ?? assert.fail("no handler"));
  };

  it("returns that one to the queue before the function is over, and acknowledges the others", async function () {
    this.timeout(5000);
    const handler = await handlerWith(endless);
    const context = { getRemainingTimeInMillis: () => 1000 };
    assert.deepEqual(await handler(batch as never, context as never), {
      batchItemFailures: [{ itemIdentifier: "endless" }],
    });
  });
});
