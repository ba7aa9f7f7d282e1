import assert from "node:assert/strict";
import { createHandler, type ReaperHandler } from "../../reaper/handler";
import { withEnvironment } from "../helpers/environment";

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
