import assert from "node:assert/strict";
import { type BakeSpec, parseSpec } from "../../packer/spec/spec";
import { bakeSpec } from "../helpers/bake-spec";

/** Parses a valid spec with some members replaced. */
const parse = (changes: object) => parseSpec(JSON.stringify({ ...bakeSpec(), ...changes }));
const chef = (changes: object) => ({ chef: { ...bakeSpec().chef, ...changes } });

describe("BAKE_SPEC", () => {
  it("is parsed", () => {
    assert.deepEqual(parse({}), bakeSpec());
  });

  it("reports an empty value or invalid JSON", () => {
    assert.throws(() => parseSpec(undefined), /'BAKE_SPEC' is empty or missing; the Pulumi program sets it/);
    assert.throws(() => parseSpec("{"), /'BAKE_SPEC' is not JSON: /);
  });

  it("reports every mistake at once, each with the setting and the value", () => {
    const wrong = {
      name: "a b",
      region: "Frankfurt",
      baseImageId: 7,
      tags: { a: 1 },
      subnetId: 4,
    };
    for (const expected of [
      `'name' is "a b", expected 1 to 80 of`,
      `'region' is "Frankfurt", expected an AWS region`,
      "'baseImageId' is 7, expected an image id",
      `'tags' is {"a":1}, expected an object of strings`,
      "'subnetId' is 4, expected a string or nothing",
    ]) {
      assert.throws(
        () => parse(wrong),
        (error: Error) => error.message.includes(expected),
        expected,
      );
    }
  });

  it("needs every member that has no default", () => {
    const message = messageOf(() => parseSpec("{}"));
    for (const name of ["name", "region", "baseImageId", "sshUsername", "chef.serverUrl", "chef.runList"]) {
      assert.match(message, new RegExp(`'${name}' is missing`));
    }
    assert.match(message, /'chef\.validator\.key' is missing[\s\S]*'chef\.operator\.key' is missing/);
  });

  it("accepts a validator key from any place", () => {
    for (const key of [{ file: "/validator.pem" }, { environment: "KEY" }, { secretId: "chef/validator" }]) {
      assert.deepEqual(parse(chef({ validator: { name: "v", key } })).chef.validator.key, key);
    }
  });

  it("refuses attributes that no environment variable holds, neither here nor on the instance", () => {
    const attributes = (text: string) => chef({ attributes: { text } });
    const refused =
      /'chef\.attributes' takes [\d,]+ bytes, expected at most 98,304, .*; keep it in a role, an environment or a policyfile/;
    assert.ok(parse(attributes("x".repeat(98_000))));
    assert.throws(() => parse(attributes("x".repeat(98_304))), refused);
    // In the shell's words of the instance, each of these takes five characters
    assert.throws(() => parse(attributes("'".repeat(20_000))), refused);
  });

  const WRONG: Array<[string, Partial<BakeSpec>, RegExp]> = [
    [
      "a tag that Packer would evaluate",
      { tags: { team: "{{ isotime }}" } },
      /'tags' is .*expected no '\{\{', which Packer would evaluate/,
    ],
    ["files below /etc/chef", { files: { "/etc/chef/keys": "." } }, /'files' is .*expected an absolute folder/],
    [
      "a root volume of no whole size",
      { rootVolume: { sizeGib: 8.5 } },
      /'rootVolume.sizeGib' is 8.5, expected a whole number/,
    ],
    ["no time to log in", { sshTimeoutMinutes: 0 }, /'sshTimeoutMinutes' is 0, expected a whole number of minutes/],
    ["a root volume no gp3 can be", { rootVolume: { sizeGib: 20_000 } }, /'rootVolume.sizeGib' is 20000/],
    [
      "a root volume of a type that needs more settings",
      { rootVolume: { kind: "io2" as "gp3" } },
      /'rootVolume.kind' is "io2", expected 'gp2' or 'gp3'/,
    ],
    [
      "a package over plain HTTP",
      { chef: { ...bakeSpec().chef, clientPackage: { url: "http://a.example.com/a.deb", sha256: "0".repeat(64) } } },
      /'chef\.clientPackage\.url' is "http:.*expected https:/,
    ],
    [
      "a package without a checksum",
      { chef: { ...bakeSpec().chef, clientPackage: { url: "https://a.example.com/a.deb", sha256: "latest" } } },
      /'chef\.clientPackage\.sha256' is "latest", expected 64 hexadecimal digits/,
    ],
    ["files that leave their place", { files: { "/opt/../etc/chef": "." } }, /'files' is/],
    ["files at no absolute place", { files: { cookbooks: "." } }, /'files' is/],
    [
      "a copy to its own region",
      { copies: { "eu-central-1": {} } },
      /'copies' names 'eu-central-1', where the image is/,
    ],
    ["a copy to no region", { copies: { paris: {} } }, /'copies' is "paris"/],
    ["an account of few digits", { shareWith: ["1234"] }, /'shareWith' is "1234", expected an account's 12 digits/],
    [
      "an organization by its id alone",
      { shareWith: ["o-abcdefghij"] },
      /'shareWith' is "o-abcdefghij", expected .* ARN of an organization/,
    ],
    [
      "sharing with a unit what AWS's key encrypts",
      { shareWith: ["arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-ab12-abcdefgh"], encryption: {} },
      /give 'encryption\.kmsKeyArn'/,
    ],
    ["two dates of deprecation", { deprecation: { at: "2027-01-01", afterDays: 3 } }, /'deprecation' is .*either/],
    ["no date of deprecation", { deprecation: {} }, /'deprecation' is \{\}, expected either/],
    ["a date of deprecation that is none", { deprecation: { at: "soon" } }, /'deprecation\.at' is "soon"/],
    ["deprecation after no whole days", { deprecation: { afterDays: 0 } }, /'deprecation\.afterDays' is 0/],
    [
      "sharing what AWS's key encrypts",
      { shareWith: ["123456789012"], encryption: {} },
      /give 'encryption\.kmsKeyArn'/,
    ],
    [
      "sharing a copy that AWS's key encrypts",
      { shareWith: ["123456789012"], encryption: { kmsKeyArn: "arn:1" }, copies: { "eu-west-3": {} } },
      /give 'copies\.eu-west-3\.kmsKeyArn'/,
    ],
    [
      "a key for a copy of what is not encrypted",
      { copies: { "eu-west-3": { kmsKeyArn: "arn:1" } } },
      /'copies\.eu-west-3\.kmsKeyArn' has no effect/,
    ],
    ["keeping no image", { keep: { count: 0 } }, /'keep\.count' is 0/],
    [
      "copies of an S3-backed image",
      {
        copies: { "eu-west-3": {} },
        instanceStore: { accountId: "1", s3Bucket: "b", x509CertificateFile: "c", x509KeyFile: "k" },
      },
      /'instanceStore' creates an image that is not encrypted, copied or counted/,
    ],
  ];
  for (const [title, changes, message] of WRONG) {
    it(`refuses ${title}`, () => {
      assert.throws(() => parse(bakeSpec(changes)), message);
    });
  }

  it("refuses a key instead of a reference, without showing it", () => {
    const key = { ssmParameter: "-----BEGIN RSA PRIVATE KEY-----\nMIIEow" };
    const message = messageOf(() => parse(chef({ validator: { name: "v", key } })));
    assert.match(message, /'chef\.validator\.key/);
    assert.doesNotMatch(message, /MIIEow/);
  });

  it("refuses a password in the Chef server's URL, which would be part of the image, and does not show it", () => {
    const message = messageOf(() => parse(chef({ serverUrl: "https://proxy:hunter2@chef.example.com" })));
    assert.match(
      message,
      /'chef\.serverUrl' is "https:\/\/\(not shown\)@chef\.example\.com", expected .* without a password/,
    );
    assert.doesNotMatch(message, /hunter2/);
  });

  it("refuses contradictions of policyfile and run list", () => {
    assert.throws(
      () => parse(chef({ policyName: "web" })),
      /'chef\.policyName' and 'chef\.policyGroup' belong together/,
    );
    const both = { policyName: "web", policyGroup: "staging" };
    assert.throws(() => parse(chef(both)), /leave out 'chef\.runList' and 'chef\.environment'/);
    parse(chef({ ...both, runList: [], environment: undefined }));
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected an error");
}
