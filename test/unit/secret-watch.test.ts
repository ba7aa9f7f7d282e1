import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type SecretWatch, watchSecrets } from "../../lab/story/secret-watch";

describe("searching for private keys", () => {
  const runDir = mkdtempSync(join(tmpdir(), "secret-watch-"));
  const pem = newKey();
  let watch: SecretWatch;

  before(() => {
    put("operator.pem", pem);
    put("goiardi/chef-validator.pem", newKey());
    watch = watchSecrets({
      runDir,
      keys: {
        operator: { name: "operator", keyFile: join(runDir, "operator.pem"), parameter: "/o" },
        validator: { name: "validator", keyFile: join(runDir, "goiardi/chef-validator.pem"), parameter: "/v" },
      },
    });
  });

  after(() => {
    watch.stop();
    rmSync(runDir, { recursive: true });
  });

  it("ignores the files that exist to contain a key", async () => {
    put("logs/stack.log", "nothing of note");
    assert.equal(await watch.assertAbsentFromFiles(), 1);
  });

  it("finds a key in a log, whatever happened to its line breaks, and does not quote it", async () => {
    put("logs/stack.log", JSON.stringify({ key: pem }));
    await assert.rejects(watch.assertAbsentFromFiles(), (error: Error) => {
      assert.match(error.message, /^logs\/stack\.log contains the key of 'operator'/);
      assert.ok(!error.message.includes(pem.split("\n")[5]));
      return true;
    });
    put("logs/stack.log", "");
  });

  it("finds an instance's key in an image, but not in the instance itself", async () => {
    const own = newKey();
    watch.add("client.pem of i-1", own);
    put("instances/i-1/upper/etc/chef/client.pem", own);
    await watch.assertAbsentFromFiles();
    put("images/ami-1/etc/chef/client.pem", own);
    await assert.rejects(watch.assertAbsentFromFiles(), /^Error: images\/ami-1\/etc\/chef\/client\.pem contains/);
  });

  it("finds a key in outputs", () => {
    assert.throws(() => watch.assertAbsentFrom("the outputs", pem), /^Error: the outputs contains/);
  });

  function put(path: string, content: string): void {
    mkdirSync(dirname(join(runDir, path)), { recursive: true });
    writeFileSync(join(runDir, path), content);
  }
});

function newKey(): string {
  const encoding = { type: "pkcs1", format: "pem" } as const;
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export(encoding).toString();
}
