import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeKeyReference, parseKeyReference } from "../../components/keys/key-reference";
import { resolveKey } from "../../components/keys/resolve";
import { keyPair } from "../helpers/chef-objects";

describe("key references", () => {
  it("name one place each", () => {
    assert.deepEqual(parseKeyReference({ ssmParameter: "/chef/key" }, "chef.key"), { ssmParameter: "/chef/key" });
    assert.equal(describeKeyReference({ secretId: "chef/key" }), "the Secrets Manager secret 'chef/key'");
    assert.equal(describeKeyReference({ environment: "KEY" }), "the environment variable 'KEY'");
  });

  const wrong: [unknown, RegExp][] = [
    [undefined, /'chef.key' is missing/],
    ["/etc/key.pem", /'chef.key' is a string/],
    [[], /'chef.key' is a list/],
    [{}, /'chef.key' has the members ''/],
    [{ file: "a", environment: "b" }, /'chef.key' has the members 'file', 'environment'/],
    [{ file: "" }, /'chef.key.file' is empty/],
    [{ secretId: 5 }, /'chef.key.secretId' is a number/],
  ];
  for (const [value, expected] of wrong) {
    it(`refuse ${JSON.stringify(value)}`, () => assert.throws(() => parseKeyReference(value, "chef.key"), expected));
  }
});

describe("resolving a key", () => {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const pem = keyPair().privateKey.trim();
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    delete process.env.TEST_CHEF_KEY;
  });

  it("reads a file", async () => {
    const file = join(folder, "key.pem");
    writeFileSync(file, pem);
    assert.equal(await resolveKey({ file }), `${pem}\n`);
  });

  it("reads the environment, also with line ends written as \\n", async () => {
    process.env.TEST_CHEF_KEY = pem.replace(/\n/g, "\\n");
    assert.equal(await resolveKey({ environment: "TEST_CHEF_KEY" }), `${pem}\n`);
  });

  it("names the place and the way out when it is empty, and never the value", async () => {
    await assert.rejects(
      resolveKey({ environment: "TEST_CHEF_KEY" }),
      /the environment variable 'TEST_CHEF_KEY' is empty: expected .* store the key there/,
    );
    process.env.TEST_CHEF_KEY = "hunter2";
    await assert.rejects(resolveKey({ environment: "TEST_CHEF_KEY" }), (error: Error) => {
      assert.match(error.message, /'TEST_CHEF_KEY' holds something else/);
      return !error.message.includes("hunter2");
    });
  });

  it("names a file that is not there", async () => {
    await assert.rejects(
      resolveKey({ file: join(folder, "none") }),
      /the file '.*none' cannot be read .* check the path/,
    );
  });
});
