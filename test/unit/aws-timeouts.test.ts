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
    assert.ok(made.length >= 20, `${made.length} found`);
    const without = made.filter(({ all }) => !LIMITS.test(all)).map(({ client }) => client);
    assert.deepEqual(without, []);
  });
});
