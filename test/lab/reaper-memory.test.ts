import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { instanceId, keyPair } from "../helpers/chef-objects";
import { notification } from "../helpers/messages";

const FUNCTION = join(projectRoot, "dist/lambda/reaper.js");
const MEMORY_MB = 256;
const MESSAGES = 10;

/** Processes one batch of ten and prints how many messages are left and the peak memory, with Node's heap limited as in Lambda. */
const HOST = `
  const { handler } = require(process.argv[1]);
  const context = { getRemainingTimeInMillis: () => 60000 };
  handler(JSON.parse(process.argv[2]), context).then((answer) => {
    const { maxRSS } = process.resourceUsage();
    console.log(JSON.stringify({ left: answer.batchItemFailures.length, megabytes: Math.round(maxRSS / 1024) }));
    process.exit(0);
  });
`;

/** Responses of a Chef server that take the most memory, up to the size limit for responses. */
const DENSE: Readonly<Record<string, string>> = {
  "empty lists": repeated("[]", 14),
  "empty objects": repeated("{}", 14),
  "objects of one member": repeated('{"a":{}}', 7.9),
  "nested lists": "[".repeat(7.9 * 1024 * 1024),
  "a node as large as an answer may be": `{"name":"x","automatic":{"text":"${"é".repeat(3.9 * 1024 * 1024)}"}}`,
};

function repeated(part: string, megabytes: number): string {
  return `[${`${part},`.repeat((megabytes * 1024 * 1024) / (part.length + 1))}0]`;
}

describe("the function at 256 MB", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "memory-"));
  let server: Server;
  let body = "";
  let key = "";

  before(async function () {
    if (!existsSync(FUNCTION)) return this.skip();
    key = join(folder, "key.pem");
    writeFileSync(key, keyPair().privateKey);
    // EC2 and the Chef server in one: every instance is gone, and every object is what the test sets
    server = createServer((request, response) => {
      request.resume();
      if (request.method === "POST") response.setHeader("content-type", "text/xml").end(terminated());
      else response.setHeader("content-type", "application/json").end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server?.close();
    rmSync(folder, { recursive: true });
  });

  const ids = Array.from({ length: MESSAGES }, (_, n) => instanceId(n + 1));

  function terminated(): string {
    const items = ids.map(
      (id) =>
        `<item><instanceId>${id}</instanceId><instanceState><code>48</code><name>terminated</name></instanceState></item>`,
    );
    const set = `<item><instancesSet>${items.join("")}</instancesSet></item>`;
    return `<DescribeInstancesResponse><reservationSet>${set}</reservationSet></DescribeInstancesResponse>`;
  }

  for (const [title, dense] of Object.entries(DENSE)) {
    it(`survives a Chef server that answers ${MESSAGES} concurrent requests with ${title}, and reports it`, async () => {
      body = dense;
      const { code, signal, lines } = await runFunction();
      const told = lines.filter(({ message }) => message === "settled");
      assert.deepEqual([code, signal, told.length], [0, null, MESSAGES], JSON.stringify(lines.slice(-3)));
      for (const { decision, reason } of told) {
        assert.equal(decision, "retry");
        assert.match(String(reason), /malformed|timeout/);
      }
      const { left, megabytes } = lines.at(-1) ?? {};
      assert.equal(left, MESSAGES, "nothing is taken for done");
      assert.ok(Number(megabytes) < MEMORY_MB, `${megabytes} MB`);
    });
  }

  async function runFunction() {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const Records = ids.map((id, n) => ({
      messageId: `m${n}`,
      receiptHandle: "r",
      body: JSON.stringify(notification("web", id)),
      attributes: { SentTimestamp: `${Date.now()}`, ApproximateReceiveCount: "1" },
      eventSource: "aws:sqs",
    }));
    const env = {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      REAPER_CHEF_SERVER_URL: url,
      REAPER_CHEF_CLIENT_NAME: "reaper",
      REAPER_CHEF_KEY: JSON.stringify({ file: key }),
      REAPER_GROUPS: '["web"]',
      REAPER_DEAD_LETTER_QUEUE_URL: `${url}/123456789012/dead`,
    };
    const options = ["--max-old-space-size=180", "--max-semi-space-size=8"];
    const child = spawn(process.execPath, [...options, "-e", HOST, FUNCTION, JSON.stringify({ Records })], { env });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        text += data;
      });
    const [code, signal] = await once(child, "close");
    const lines = text.split("\n").filter((line) => line.startsWith("{"));
    return { code, signal, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }
});
