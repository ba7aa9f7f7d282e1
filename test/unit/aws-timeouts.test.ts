import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

const FOLDERS = ["cli", "components", "stacks"];
/** What makes a client of the AWS SDK, and what it is given, as far as the first brace. */
const CLIENT = /new (\w+Client)\(([^{}]*\{)?([^{}]*)/g;
const LIMITS = /AWS_TIMEOUTS|requestHandler/;

describe("every client of the AWS SDK that something waits for", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  const made = files.flatMap((file) => {
    const text = readFileSync(join(projectRoot, file), "utf8");
    if (!text.includes('from "@aws-sdk/')) return [];
    return [...text.matchAll(CLIENT)].map(([all, name]) => ({ client: `${file}: ${name}`, all }));
  });

  it("has limits, for by itself the SDK waits for ever where a connection has died in silence", () => {
    const factory = readFileSync(join(projectRoot, "aws/client.ts"), "utf8");
    assert.match(factory, /new Client\(\{ \.\.\.AWS_TIMEOUTS/);
    const without = made.filter(({ all }) => !LIMITS.test(all)).map(({ client }) => client);
    assert.deepEqual(without, []);
  });

  it("says in its errors which call they are of, for it is made by the one function that sees to it", () => {
    const own = made.map(({ client }) => client).filter((client) => !client.includes("polling-sqs.ts"));
    assert.deepEqual(own, []);
  });
});
