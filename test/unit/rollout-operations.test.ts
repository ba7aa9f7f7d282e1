import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { rollOut, stopRollout } from "../../rollout/operations";
import type { RolloutState } from "../../rollout/rollout-state";
import { withEnvironment } from "../helpers/environment";

const STATE = { groupName: "web", region: "us-east-1", templateId: "lt-1", version: "1" } as RolloutState;

/** What AWS says, as far as a forger has a part in it: names of groups and images stand in its errors. */
const SAID = "no\u202eyes\u2066\u200b";

describe("the errors of the rollout's provider", () => {
  it("name the AWS call and what to do, with AWS's message as safe text", async () => {
    const body = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${SAID}</Message></Error></ErrorResponse>`;
    const server = createServer((_, response) => response.writeHead(403, { "content-type": "text/xml" }).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" };
    try {
      for (const act of [rollOut, stopRollout] as ((state: RolloutState, print: () => void) => Promise<unknown>)[]) {
        const told = await withEnvironment(settings, () => act(STATE, () => undefined)).then(
          () => assert.fail("it went well"),
          ({ message }: Error) => message,
        );
        assert.match(
          told,
          /^autoscaling:Describe\w+ in us-east-1 is not allowed \(AccessDenied\): no.*; allow autoscaling:\w+ for this identity/,
        );
        assert.doesNotMatch(told, /[\p{Cc}\p{Cf}]/u);
      }
    } finally {
      server.close();
    }
  });
});
