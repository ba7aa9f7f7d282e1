import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeKeyReference, parseKeyReference } from "../../chef/keys/key-reference";
import { readKeyText } from "../../chef/keys/key-text";
import { resolveKey } from "../../chef/keys/resolve";
import { keyPair } from "../helpers/chef-objects";
import { withEnvironment } from "../helpers/environment";
import { RSA_KEY, repeats, WRITTEN_KEYS } from "../helpers/key-forms";

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
    [{ ssmParameter: "/chef/a key" }, /'chef.key.ssmParameter' is '\/chef\/a key': expected the name or ARN/],
    [{ environment: "/chef/key" }, /'chef.key.environment' is '\/chef\/key': expected the name of an environment/],
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

  it("names the place and the fix if it is empty, and never the value", async () => {
    await assert.rejects(
      resolveKey({ environment: "TEST_CHEF_KEY" }),
      /the environment variable 'TEST_CHEF_KEY' is empty: expected .* store the key there/,
    );
    process.env.TEST_CHEF_KEY = "hunter2";
    await assert.rejects(resolveKey({ environment: "TEST_CHEF_KEY" }), (error: Error) => {
      assert.match(error.message, /'TEST_CHEF_KEY' does not contain a key/);
      return !error.message.includes("hunter2");
    });
  });

  it("refuses a binary secret, which an instance could not read", async () => {
    const answer = JSON.stringify({ Name: "chef/key", SecretBinary: Buffer.from(pem).toString("base64") });
    const server = createServer((_, response) =>
      response.setHeader("content-type", "application/x-amz-json-1.1").end(answer),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { AWS_ENDPOINT_URL, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
    const read = withEnvironment(settings, () => resolveKey({ secretId: "chef/key" }));
    await assert.rejects(read, /the Secrets Manager secret 'chef\/key' contains binary data: .* --secret-string file:/);
    server.close();
  });

  it("gives advice by the error's name, whatever AWS's message or the key's own name contain", async () => {
    const denied = "User: x is not authorized to perform: ssm:GetParameter on /chef/NotFound";
    const cases: [string, number, string, RegExp][] = [
      ["AccessDeniedException", 400, denied, /allow ssm:GetParameter on it for this identity, and kms:Decrypt/],
      ["ParameterNotFound", 400, "AccessDenied KMS", /create it with the key's PEM text as a SecureString/],
      ["InvalidKeyId", 400, "NotFound", /allow ssm:GetParameter on it for this identity, and kms:Decrypt/],
      ["ThrottlingException", 400, "NotFound AccessDenied", /wait a minute and run this again/],
      ["ExpiredTokenException", 400, "NotFound AccessDenied", /log in to AWS again/],
      ["InternalServerError", 500, "NotFound KMS", /try again in a few minutes/],
    ];
    for (const [name, status, message, fix] of cases) {
      const server = createServer((_, response) =>
        response
          .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify({ __type: name, message })),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" };
      const settings = { AWS_ENDPOINT_URL, AWS_REGION: "us-east-1", ...keys };
      const read = withEnvironment(settings, () => resolveKey({ ssmParameter: "/chef/NotFound" }));
      const told = await read.catch((error: Error) => error.message).finally(() => server.close());
      assert.match(told, new RegExp(`cannot be read \\(ssm:GetParameter in us-east-1 .*\\(${name}`));
      assert.match(told, fix);
    }
  });

  it("names a file that does not exist", async () => {
    await assert.rejects(
      resolveKey({ file: join(folder, "none") }),
      /the file '.*none' cannot be read .* check the path/,
    );
  });
});

describe("a stored key's text", () => {
  const { pkcs1, pkcs8 } = RSA_KEY;
  const sound: [string, string, string][] = [
    ["as the server gave it", pkcs1, pkcs1],
    ["in PKCS#8", pkcs8, pkcs8],
    ["with the line ends of Windows", pkcs1.replace(/\n/g, "\r\n"), pkcs1],
    ["on one line with \\n", pkcs1.replace(/\n/g, "\\n"), pkcs1],
    ["on one line with \\r\\n", pkcs1.replace(/\n/g, "\\r\\n"), pkcs1],
    ["with blanks around it and around its lines", `\n  ${pkcs1.replace(/\n/g, " \n\t")}\n\n`, pkcs1],
    ["behind a line about it", `key of reaper\n${pkcs1}`, pkcs1],
    ["behind a mark of byte order", `\ufeff${pkcs1}`, pkcs1],
  ];
  for (const [title, text, pem] of sound) {
    it(`is read ${title}`, () => assert.deepEqual(readKeyText(text), { pem }));
  }

  const wrong: [string, string, RegExp][] = [
    ["JSON around it", JSON.stringify({ private_key: pkcs1 }), /contains JSON around the key/],
    ["JSON with it as a member's name", JSON.stringify({ [pkcs1]: "x" }), /contains JSON around the key/],
    ["JSON text", JSON.stringify(pkcs1), /contains a JSON string in quotes/],
    ["a passphrase, PKCS#8", WRITTEN_KEYS["pkcs8 with a passphrase"] ?? "", /contains a key with a passphrase/],
    ["a passphrase, PKCS#1", WRITTEN_KEYS["pkcs1 with a passphrase"] ?? "", /contains a key with a passphrase/],
    ["an EC key", WRITTEN_KEYS["ec sec1"] ?? "", /contains a key that is not RSA/],
    ["an EC key in PKCS#8", WRITTEN_KEYS["ec pkcs8"] ?? "", /contains a key that is not RSA/],
    ["an Ed25519 key", WRITTEN_KEYS.ed25519 ?? "", /contains a key that is not RSA/],
    ["OpenSSH's form", WRITTEN_KEYS.openssh ?? "", /contains a key in OpenSSH's format/],
    ["PuTTY's form", WRITTEN_KEYS.putty ?? "", /contains a key in PuTTY's format/],
    ["base64 of it", Buffer.from(pkcs1).toString("base64"), /contains a key in base64, hexadecimal or DER/],
    ["its lines joined", pkcs1.replace(/\n/g, " "), /contains a PEM key whose lines are broken or joined/],
    ["half of it", `${pkcs1.slice(0, 800)}\n-----END RSA PRIVATE KEY-----\n`, /contains a damaged PEM key/],
    ["its beginning", pkcs1.slice(0, 800), /contains a PEM key whose lines are broken or joined/],
    ["a public key", keyPair().publicKey, /contains a public key, not a private one/],
    ["something else", "hunter2", /does not contain a key/],
    ["nothing", " \n", /is empty/],
  ];
  for (const [title, text, expected] of wrong) {
    it(`is refused with an explanation for ${title}, and not repeated`, () => {
      const read = readKeyText(text);
      assert.ok("problem" in read, "it was read");
      assert.match(read.problem, expected);
      assert.ok(!repeats(read.problem + read.fix, text));
    });
  }
});
